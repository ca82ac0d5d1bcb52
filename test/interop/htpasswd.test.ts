// Debian's registry with users as the target of the mirror and of `copy`. skopeo and podman read what they wrote.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builder } from '../../local/upstream/builder.ts'
import { plainSample } from '../../local/upstream/samples.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { mirrorAndServe, type ServedMirror } from './served-mirror.ts'
import {
  podmanIn,
  type RunningRegistry,
  rawManifest,
  requireTools,
  startDockerRegistry,
  temporaryFolder,
  tool,
} from './tools.ts'

const PROGRAM = join(import.meta.dirname, '../../cli/main.ts')
const PASSWORD = 'correct horse'
/** The user `robot` with this password, hashed with bcrypt. */
const HTPASSWD = 'robot:$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n'
const CREDENTIALS = ['--creds', `robot:${PASSWORD}`]

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let source: FaultyRegistry
let target: RunningRegistry
let served: ServedMirror

beforeAll(async () => {
  requireTools('docker-registry', 'skopeo', 'podman')
  folder = await temporaryFolder()
  source = await startFaultyRegistry()
  await source.store.repositories.create('team/app')
  await plainSample('app', ['1'])(builder(source.store, 'team/app'))
  target = await startDockerRegistry(join(folder.path, 'target'), HTPASSWD)
  const list = join(folder.path, 'list.yaml')
  await writeFile(
    list,
    `home: us-east-1
targets:
  own: {registry: '${target.address}', namespace: mirror, credentials: push}
defaults: {targets: [own]}
images: ['${source.address}/team/app:1']
`,
  )
  const push = { username: 'robot', accessToken: PASSWORD }
  await writeFile(join(folder.path, 'secrets.json'), JSON.stringify({ push }))
  served = await mirrorAndServe('--list', list, '--state', folder.path)
})
afterAll(async () => {
  await served?.[Symbol.asyncDispose]()
  await target?.[Symbol.asyncDispose]()
  await source?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

async function copyWith(password: string, repository: string): Promise<string> {
  const path = join(folder.path, `${repository}.json`)
  const auth = Buffer.from(`robot:${password}`).toString('base64')
  await writeFile(path, JSON.stringify({ auths: { [target.address]: { auth } } }))
  const references = [`${source.address}/team/app:1`, `${target.address}/${repository}:1`]
  return tool('env', `REGISTRY_AUTH_FILE=${path}`, process.execPath, PROGRAM, 'copy', ...references)
}

async function expectSame(repository: string): Promise<void> {
  const there = await rawManifest(`${target.address}/${repository}:1`, ...CREDENTIALS)
  expect(there.equals(await rawManifest(`${source.address}/team/app:1`))).toBe(true)
}

test('the mirror writes as the user of its secret', async () => {
  expect(served.report.counts).toMatchObject({ pairs: 1, synced: 1, failed: 0 })
  await expectSame('mirror/team/app')
})

test('copy writes as the user of podman login', async () => {
  await copyWith(PASSWORD, 'copied')
  await expectSame('copied')
})

test('copy fails with a wrong password, and writes nothing', async () => {
  await expect(copyWith('wrong horse', 'refused')).rejects.toMatchObject({
    stdout: expect.stringContaining(`the credentials for ${target.address} were refused`),
  })
  await expect(rawManifest(`${target.address}/refused:1`, ...CREDENTIALS)).rejects.toThrow(/unknown/)
})

test('podman pulls what the mirror wrote, with the password only', async () => {
  const podman = podmanIn(join(folder.path, 'podman'))
  const reference = `${target.address}/mirror/team/app:1`
  await expect(podman('pull', '--tls-verify=false', reference)).rejects.toThrow(/auth/)
  await podman('pull', '--tls-verify=false', ...CREDENTIALS, reference)
  const [inspected] = JSON.parse(await podman('image', 'inspect', reference))
  expect(inspected.Architecture).toBe('amd64')
})
