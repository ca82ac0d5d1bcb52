// `image-mirror copy` between Debian's registries. skopeo and podman read the copies.
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEBIAN_FILES, makeLayout, pullAndUnpack, push } from './images.ts'
import { type RunningRegistry, startDockerRegistry } from './registry.ts'
import { podmanIn, rawManifest, requireTools, temporaryFolder, tool } from './tools.ts'

const PROGRAM = join(import.meta.dirname, '../../cli/main.ts')
const IMAGES = ['team/app:1', 'team/multi:1', 'team/docker:1']

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let source: RunningRegistry
let targets: readonly RunningRegistry[]

beforeAll(async () => {
  requireTools('docker-registry', 'skopeo', 'umoci', 'podman')
  folder = await temporaryFolder()
  const start = (name: string): Promise<RunningRegistry> => startDockerRegistry(join(folder.path, name))
  source = await start('source')
  targets = [await start('first'), await start('second')]
  const layout = join(folder.path, 'layout')
  await makeLayout(layout)
  await push(layout, 'amd64', `${source.address}/team/app:1`)
  await push(layout, 'multi', `${source.address}/team/multi:1`)
  await push(layout, 'amd64', `${source.address}/team/docker:1`, '--format', 'v2s2')
  for (const image of IMAGES) await copy(image)
})
afterAll(async () => {
  for (const registry of [source, ...(targets ?? [])]) await registry?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

/** Copies to both targets at once, under a new name. */
function copy(image: string): Promise<string> {
  const to = targets.map(({ address }) => `${address}/mirror/${image}`)
  return tool(process.execPath, PROGRAM, 'copy', '--json', `${source.address}/${image}`, ...to)
}

test.each(IMAGES)('skopeo reads the very bytes of %s from both targets', async (image) => {
  const given = await rawManifest(`${source.address}/${image}`)
  for (const { address } of targets) {
    expect((await rawManifest(`${address}/mirror/${image}`)).equals(given)).toBe(true)
  }
})

test('what skopeo pulls unpacks to the files that went in', async () => {
  const files = await pullAndUnpack(`${targets[1]?.address}/mirror/team/app:1`, join(folder.path, 'pulled'))
  for (const file of DEBIAN_FILES) {
    expect((await readFile(join(files, basename(file)))).equals(await readFile(file)), file).toBe(true)
  }
})

test.each(['team/app:1', 'team/docker:1'])('podman pulls %s', async (image) => {
  const podman = podmanIn(join(folder.path, 'podman'))
  const reference = `${targets[0]?.address}/mirror/${image}`
  await podman('pull', '--tls-verify=false', reference)
  const [inspected] = JSON.parse(await podman('image', 'inspect', reference))
  expect(inspected.Architecture).toBe('amd64')
})

test('the source is read once for both', () => {
  const reads = source.log.filter((line) => /"GET \/v2\/team\/app\/blobs\//.test(line))
  expect(reads.length).toBeGreaterThan(0)
  const digests = reads.map((line) => /sha256:[a-f0-9]{64}/.exec(line)?.[0])
  expect(new Set(digests).size).toBe(digests.length)
})

test('a second copy moves nothing', async () => {
  const { targets: reports } = JSON.parse(await copy('team/multi:1'))
  expect(reports.map(({ bytes }: { bytes: number }) => bytes)).toEqual([0, 0])
})
