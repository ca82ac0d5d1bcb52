// Some platforms of an image, mirrored by the whole workflow and by hand: skopeo and podman read each of them.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeLayout, push } from './images.ts'
import { type RunningRegistry, startDockerRegistry } from './registry.ts'
import { mirrorAndServe, type ServedMirror } from './served-mirror.ts'
import { podmanIn, rawManifest, requireTools, temporaryFolder, tool } from './tools.ts'

const PROGRAM = join(import.meta.dirname, '../../cli/main.ts')
const PLATFORMS = ['amd64', 'arm64']

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let source: RunningRegistry
let target: RunningRegistry
let list: string
let served: ServedMirror
/** `from` -> where it can be pulled. */
let mirrored: readonly string[]

beforeAll(async () => {
  requireTools('docker-registry', 'skopeo', 'umoci', 'podman')
  folder = await temporaryFolder()
  source = await startDockerRegistry(join(folder.path, 'source'))
  target = await startDockerRegistry(join(folder.path, 'target'))
  const layout = join(folder.path, 'layout')
  await makeLayout(layout, ['amd64', 'arm64', 's390x'])
  await push(layout, 'multi', `${source.address}/team/oci:1`)
  await push(layout, 'multi', `${source.address}/team/docker:1`, '--format', 'v2s2')
  list = join(folder.path, 'list.yaml')
  await writeFile(
    list,
    `regions: [us-east-1, eu-west-1]
defaults: {platforms: [linux/amd64, linux/arm64]}
images:
  - ${source.address}/team/oci:1
  - ${source.address}/team/docker:1
`,
  )
  served = await mirror()
  const names = ['team/oci:1', 'team/docker:1']
  for (const name of names) {
    const flags = ['copy', '--platform', 'linux/amd64,linux/arm64']
    await tool(process.execPath, PROGRAM, ...flags, `${source.address}/${name}`, `${target.address}/${name}`)
  }
  const regions = Object.values(served.report.regions).map((address) => address.replace(/^https?:\/\//, ''))
  mirrored = names.flatMap((name) => [...regions, target.address].map((host) => `${host}/${name}`))
})

afterAll(async () => {
  await served?.[Symbol.asyncDispose]()
  for (const registry of [source, target]) await registry?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

function mirror(): Promise<ServedMirror> {
  return mirrorAndServe('--list', list, '--state', join(folder.path, 'state'))
}

test('every target has the same index of just these platforms', async () => {
  expect(served.report.counts).toMatchObject({ pairs: 4, synced: 4 })
  for (const name of ['oci', 'docker']) {
    const indexes = await Promise.all(
      mirrored.filter((one) => one.includes(`/${name}:`)).map((reference) => rawManifest(reference)),
    )
    expect(indexes).toHaveLength(3)
    for (const index of indexes) expect(index.equals(indexes[0] as Buffer)).toBe(true)
    const given = JSON.parse(String(await rawManifest(`${source.address}/team/${name}:1`)))
    const made = JSON.parse(String(indexes[0]))
    expect(made.mediaType).toBe(given.mediaType)
    expect(made.manifests).toEqual(given.manifests.slice(0, 2))
  }
})

test.each(PLATFORMS)('skopeo copies %s from every target, with its own config', async (architecture) => {
  for (const [number, reference] of mirrored.entries()) {
    const to = join(folder.path, `${architecture}-${number}`)
    const flags = ['--override-os', 'linux', '--override-arch', architecture]
    await tool('skopeo', ...flags, 'copy', '--src-tls-verify=false', `docker://${reference}`, `dir:${to}`)
    const { config } = JSON.parse(await readFile(join(to, 'manifest.json'), 'utf8'))
    const found = JSON.parse(await readFile(join(to, config.digest.replace('sha256:', '')), 'utf8'))
    expect(found.architecture, reference).toBe(architecture)
  }
})

test('skopeo copies the whole index from every target: nothing of it is missing', async () => {
  for (const [number, reference] of mirrored.entries()) {
    const to = join(folder.path, `all-${number}`)
    const flags = ['--all', '--preserve-digests', '--src-tls-verify=false']
    await tool('skopeo', 'copy', ...flags, `docker://${reference}`, `dir:${to}`)
  }
})

test.each(PLATFORMS)('podman pulls %s from every target', async (architecture) => {
  for (const [number, reference] of mirrored.entries()) {
    const podman = podmanIn(join(folder.path, `podman-${architecture}-${number}`))
    await podman('pull', '--tls-verify=false', '--platform', `linux/${architecture}`, reference)
    const [inspected] = JSON.parse(await podman('image', 'inspect', reference))
    expect(inspected.Architecture, reference).toBe(architecture)
  }
})

test('the platform that was not named is in no target', async () => {
  for (const reference of mirrored) {
    const flags = ['--override-os', 'linux', '--override-arch', 's390x']
    const inspect = tool('skopeo', ...flags, 'inspect', '--tls-verify=false', `docker://${reference}`)
    await expect(inspect).rejects.toThrow(/no image found in (?:image index|manifest list) for/)
  }
})

test('a second run finds everything in sync, and reads no manifest of the source', async () => {
  await served[Symbol.asyncDispose]()
  const isRead = (line: string) => /"GET \/v2\/team\/\w+\/(?:manifests|blobs)\//.test(line)
  const before = source.log.length
  expect(source.log.some(isRead)).toBe(true)
  served = await mirror()
  expect(served.report.counts).toMatchObject({ pairs: 4, inSync: 4, synced: 0 })
  expect(source.log.slice(before).filter(isRead)).toEqual([])
})
