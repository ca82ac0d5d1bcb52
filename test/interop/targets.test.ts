// Registries with authentication as targets of the mirror and of `copy`. skopeo and podman read what they wrote.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mirrorAndServe, type ServedMirror } from './served-mirror.ts'
import { startWithTokens, startWithUsers, type TargetSide, USER, versions } from './target-side.ts'
import { podmanIn, rawManifest } from './tools.ts'

const CREDENTIALS = ['--creds', `${USER.username}:${USER.password}`]
const KINDS = versions().flatMap(([version, program]) => [
  { kind: `${version} with users`, start: () => startWithUsers(program) },
  { kind: `${version} with a token server`, start: () => startWithTokens(program) },
])

describe.each(KINDS)('$kind', ({ start }) => {
  let side: TargetSide
  let served: ServedMirror

  beforeAll(async () => {
    side = await start()
    const { source, target, folder } = side
    const list = {
      home: 'us-east-1',
      targets: { own: { registry: target.address, namespace: 'mirror', credentials: 'push' } },
      defaults: { targets: ['own'] },
      images: [`${source.address}/team/app:1`],
    }
    await writeFile(join(folder, 'list.yaml'), JSON.stringify(list))
    const push = { username: USER.username, accessToken: USER.password }
    await writeFile(join(folder, 'secrets.json'), JSON.stringify({ push }))
    served = await mirrorAndServe('--list', join(folder, 'list.yaml'), '--state', folder)
  })
  afterAll(async () => {
    await served?.[Symbol.asyncDispose]()
    await side?.[Symbol.asyncDispose]()
  })

  async function expectSame(repository: string): Promise<void> {
    const there = await rawManifest(`${side.target.address}/${repository}:1`, ...CREDENTIALS)
    expect(there.equals(await rawManifest(`${side.source.address}/team/app:1`))).toBe(true)
  }

  test('the mirror writes as the user of its secret', async () => {
    expect(served.report.counts).toMatchObject({ pairs: 1, synced: 1, failed: 0 })
    await expectSame('mirror/team/app')
  })

  test('copy writes as the user of podman login', async () => {
    await side.copy('mirror/copied:1')
    await expectSame('mirror/copied')
  })

  test('copy fails with a wrong password, and writes nothing', async () => {
    const copying = side.copy('mirror/refused:1', 'wrong horse')
    await expect(copying).rejects.toMatchObject({
      stdout: expect.stringContaining(`the credentials for ${side.target.address} were refused`),
    })
    const reading = rawManifest(`${side.target.address}/mirror/refused:1`, ...CREDENTIALS)
    await expect(reading).rejects.toThrow(/unknown/)
  })

  test('podman pulls what the mirror wrote, with the password only', async () => {
    const podman = podmanIn(join(side.folder, 'podman'))
    const reference = `${side.target.address}/mirror/team/app:1`
    await expect(podman('pull', '--tls-verify=false', reference)).rejects.toThrow(/auth/)
    await podman('pull', '--tls-verify=false', ...CREDENTIALS, reference)
    const [inspected] = JSON.parse(await podman('image', 'inspect', reference))
    expect(inspected.Architecture).toBe('amd64')
  })
})
