// The manifest that the target gets for some platforms, byte for byte, and refusals.
import { expect, test } from 'vitest'
import { type Choice, choose } from '../../../mirror/platforms/choose.ts'
import { type Descriptor, type Manifest, MediaType } from '../../../registry/model/manifest.ts'
import { digestOfBytes } from '../../support/content.ts'
import { attestation, contentInMemory, digestNamed, entry, entryFor, OCI_CONFIG } from './content.ts'

const AMD = entry('amd64', 'linux/amd64')
const ARM = entry('arm64', 'linux/arm64/v8')
const S390X = entry('s390x', 'linux/s390x')
const content = contentInMemory()

function chosen(manifest: Manifest, platforms: readonly string[], asManifest = false): Promise<Choice> {
  return choose(manifest, { platforms, asManifest }, content.reader)
}

async function madeOf(manifest: Manifest, platforms: readonly string[]): Promise<Manifest> {
  const choice = await chosen(manifest, platforms)
  if (!('made' in choice) || choice.made === undefined)
    throw new Error(`no index was made: ${JSON.stringify(choice)}`)
  expect(choice.root).toEqual(entryFor(choice.made))
  return choice.made
}

function digestsIn({ bytes }: Manifest): string[] {
  const { manifests } = JSON.parse(Buffer.from(bytes).toString()) as { manifests: Descriptor[] }
  return manifests.map(({ digest }) => digest)
}

async function problemOf(manifest: Manifest, platforms: readonly string[], asManifest = false) {
  const choice = await chosen(manifest, platforms, asManifest)
  return 'problem' in choice ? choice.problem : undefined
}

test('an index of some platforms has their descriptors as the source has them, in its order', async () => {
  const marked = { ...ARM, annotations: { 'com.example.build': '7' }, 'x-own': [1, { b: null }] }
  const index = content.index([S390X, marked, AMD], { annotations: { z: '1', a: '2' } })
  const made = await madeOf(index, ['linux/amd64', 'linux/arm64'])
  const text =
    `{"schemaVersion":2,"mediaType":"${MediaType.ociIndex}","manifests":[` +
    `${JSON.stringify(marked)},${JSON.stringify(AMD)}],"annotations":{"z":"1","a":"2"}}`
  expect(Buffer.from(made.bytes).toString()).toBe(text)
  expect(made.digest).toBe(digestOfBytes(Buffer.from(text)))
})

test('the bytes stay the same in every run, and in every release', async () => {
  const made = await madeOf(content.index([AMD, ARM, S390X, attestation(ARM)]), [
    'linux/amd64',
    'linux/arm64',
  ])
  // If this digest changes, increment EDITION in mirror/platforms/form.ts.
  expect(made.digest).toBe('sha256:8a57e6b1943068e1e59088beefb1ee654ad2f4f829b6cff2e204c3cf26c4d22e')
})

test('white space and unknown fields of the source do not change the bytes', async () => {
  const document = { manifests: [AMD, S390X], Manifests: [ARM], 'x-own': 1, schemaVersion: 2 }
  const spaced = { ...content.index([]), bytes: Buffer.from(JSON.stringify(document, undefined, 4)) }
  const plain = content.index([AMD, S390X])
  expect((await madeOf(spaced, ['linux/amd64'])).bytes).toEqual((await madeOf(plain, ['linux/amd64'])).bytes)
})

test('a change upstream to other platforms does not change the index', async () => {
  const before = await madeOf(content.index([AMD, S390X]), ['linux/amd64'])
  const after = await madeOf(content.index([AMD, entry('a new s390x', 'linux/s390x')]), ['linux/amd64'])
  expect(after.digest).toBe(before.digest)
})

test('an index that has only the wanted platforms stays as it is, byte for byte', async () => {
  const index = content.index([AMD, attestation(AMD), ARM], { 'x-own': 1 })
  expect(await chosen(index, ['linux/amd64', 'linux/arm64'])).toEqual({ root: entryFor(index) })
})

test('a Docker manifest list stays one', async () => {
  const docker = (one: Descriptor) => ({ ...one, mediaType: MediaType.dockerManifest })
  const list = content.index([AMD, S390X].map(docker), { mediaType: MediaType.dockerList })
  const made = await madeOf(list, ['linux/amd64'])
  expect(made.mediaType).toBe(MediaType.dockerList)
  expect(JSON.parse(Buffer.from(made.bytes).toString())).toEqual({
    schemaVersion: 2,
    mediaType: MediaType.dockerList,
    manifests: [docker(AMD)],
  })
})

test("BuildKit's attestations go with the platforms that they are about", async () => {
  const index = content.index([AMD, S390X, attestation(AMD), attestation(S390X), attestation(ARM)])
  expect(digestsIn(await madeOf(index, ['linux/amd64']))).toEqual([AMD.digest, attestation(AMD).digest])
})

test('an image that claims to be an attestation is chosen by its platform', async () => {
  const claiming = { ...S390X, annotations: { 'vnd.docker.reference.digest': AMD.digest } }
  expect(digestsIn(await madeOf(content.index([AMD, claiming]), ['linux/amd64']))).toEqual([AMD.digest])
})

test('unknown/unknown without an annotation goes with no platform', async () => {
  const index = content.index([AMD, entry('something', 'unknown/unknown')])
  expect(digestsIn(await madeOf(index, ['linux/amd64']))).toEqual([AMD.digest])
})

test('all versions of Windows go with one platform', async () => {
  const windows = ['10.0.17763.6893', '10.0.20348.3091'].map((version) =>
    entry(version, undefined, { platform: { os: 'windows', architecture: 'amd64', 'os.version': version } }),
  )
  const made = await madeOf(content.index([AMD, ...windows]), ['windows/amd64'])
  expect(digestsIn(made)).toEqual(windows.map(({ digest }) => digest))
})

test.each([
  ['linux/arm/v7', 'arm7'],
  ['linux/arm/v6', 'arm6'],
  ['linux/arm64', 'arm64 of the index'],
])('%s means exactly that variant', async (platform, name) => {
  const index = content.index([
    entry('arm6', 'linux/arm/v6'),
    entry('arm7', 'linux/arm'),
    entry('arm64 of the index', 'linux/arm64'),
    entry('arm9', 'linux/arm64/v9'),
  ])
  expect(digestsIn(await madeOf(index, [platform]))).toEqual([digestNamed(name)])
})

test('the members of a nested index take its place', async () => {
  const inner = content.index([S390X, ARM])
  const index = content.index([entryFor(inner), AMD])
  expect(digestsIn(await madeOf(index, ['linux/amd64', 'linux/arm64']))).toEqual([ARM.digest, AMD.digest])
})

test('nested indexes of wanted platforms alone stay as they are', async () => {
  const index = content.index([entryFor(content.index([AMD, ARM]))])
  expect(await chosen(index, ['linux/amd64', 'linux/arm64'])).toEqual({ root: entryFor(index) })
})

test('an image without a platform in its index is chosen by its config', async () => {
  const amd = entryFor(content.image({ os: 'linux', architecture: 'amd64' }))
  const riscv = entryFor(content.image({ os: 'linux', architecture: 'riscv64' }))
  const silent = entryFor(content.image({}))
  expect(digestsIn(await madeOf(content.index([riscv, amd, silent]), ['linux/amd64']))).toEqual([amd.digest])
})

test('other content of an index stays behind, unread', async () => {
  const index = content.index([
    AMD,
    entry('sbom', undefined, { artifactType: 'application/spdx+json' }),
    entry('layer', undefined, { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }),
  ])
  content.asked.length = 0
  expect(digestsIn(await madeOf(index, ['linux/amd64']))).toEqual([AMD.digest])
  expect(content.asked).toEqual([])
})

test('a platform that the source lacks is a failure that lists what there is', async () => {
  const index = content.index([S390X, AMD, attestation(AMD), entry('arm', 'linux/arm')])
  expect(await problemOf(index, ['linux/amd64', 'linux/arm64', 'linux/arm/v6'])).toEqual({
    name: 'SourceNotFound',
    message: 'lacks linux/arm64, linux/arm/v6; its platforms are: linux/amd64, linux/arm/v7, linux/s390x',
  })
})

test.each([
  ['an empty index', () => content.index([])],
  ['an index of attestations', () => content.index([attestation(AMD)])],
])('%s is a failure, and never becomes an empty index', async (_, index) => {
  expect(await problemOf(index(), ['linux/amd64'])).toEqual({
    name: 'SourceNotFound',
    message: 'lacks linux/amd64; its platforms are: none',
  })
})

test('as a manifest, the target gets the one of the platform', async () => {
  const index = content.index([AMD, S390X, attestation(AMD)])
  const { digest, mediaType, size } = AMD
  expect(await chosen(index, ['linux/amd64'], true)).toEqual({ root: { digest, mediaType, size } })
})

test('as a manifest, a platform with several is a failure', async () => {
  const index = content.index([AMD, entry('another', 'linux/amd64')])
  expect(await problemOf(index, ['linux/amd64'], true)).toEqual({
    name: 'InvalidImage',
    message: 'has 2 manifests for linux/amd64, and "as: manifest" needs exactly one; remove "as"',
  })
  // The same one twice is one.
  expect(await problemOf(content.index([AMD, AMD]), ['linux/amd64'], true)).toBeUndefined()
})

test.each([[false], [true]])(
  'a plain image of the wanted platform stays as it is, as a manifest: %s',
  async (as) => {
    const image = content.image({ os: 'linux', architecture: 'arm64', variant: 'v8' })
    expect(await chosen(image, ['linux/arm64'], as)).toEqual({ root: entryFor(image) })
  },
)

test('a plain image of another platform is a failure', async () => {
  const image = content.image({ os: 'linux', architecture: 'arm64' })
  const message = 'lacks linux/amd64; its platforms are: linux/arm64'
  expect(await problemOf(image, ['linux/amd64'])).toEqual({ name: 'SourceNotFound', message })
  expect(await problemOf(image, ['linux/amd64', 'linux/arm64'])).toEqual({ name: 'SourceNotFound', message })
})

test.each([
  ['without one', {}],
  ['that is not JSON', '{'],
])('a plain image with a config %s does not slip through', async (_, config) => {
  expect(await problemOf(content.image(config), ['linux/amd64'])).toMatchObject({
    name: 'InvalidImage',
    message: expect.stringContaining('does not state its platform'),
  })
})

test('a plain image with a config of unlikely size is not read', async () => {
  const config = { mediaType: OCI_CONFIG, digest: digestNamed('huge'), size: 5_000_000 }
  const document = { schemaVersion: 2, config, layers: [] }
  const image = { ...content.image({}), bytes: Buffer.from(JSON.stringify(document)) }
  content.asked.length = 0
  expect(await problemOf(image, ['linux/amd64'])).toMatchObject({ name: 'InvalidImage' })
  expect(content.asked).toEqual([])
})

test.each([
  ['a Helm chart', { name: 'app', version: '1.0.0' }, 'application/vnd.cncf.helm.config.v1+json'],
  ['an artifact', {}, MediaType.emptyJson],
])('%s has no platform and stays as it is', async (_, config, mediaType) => {
  const image = content.image(config, mediaType)
  expect(await chosen(image, ['linux/amd64'])).toEqual({ root: entryFor(image) })
})

test('a WebAssembly module of another platform is a failure', async () => {
  const module = content.image({ os: 'wasip1', architecture: 'wasm' }, 'application/vnd.wasm.config.v0+json')
  expect(await problemOf(module, ['linux/amd64'])).toMatchObject({ name: 'SourceNotFound' })
})

test('refuses an index with values that no client can write', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const text = `{"schemaVersion":2,"manifests":[${JSON.stringify({ ...AMD, deep: 0 }).replace('0}', `${deep}}`)},${JSON.stringify(ARM)}]}`
  const index = { ...content.index([]), bytes: Buffer.from(text) }
  await expect(chosen(index, ['linux/amd64'])).rejects.toMatchObject({ name: 'InvalidImage' })
})

test('nesting without an end is refused', async () => {
  let index = content.index([AMD])
  for (let depth = 0; depth < 9; depth++) index = content.index([entryFor(index)])
  await expect(chosen(index, ['linux/amd64'])).rejects.toMatchObject({
    name: 'InvalidImage',
    message: expect.stringContaining('nested more than 8 levels deep'),
  })
})

test('nested indexes that list each other many times are not read without an end', async () => {
  let index = content.index([])
  for (let depth = 0; depth < 6; depth++)
    index = content.index(Array.from({ length: 20 }, () => entryFor(index)))
  content.asked.length = 0
  await expect(chosen(index, ['linux/amd64'])).rejects.toMatchObject({ name: 'InvalidImage' })
  expect(content.asked.length).toBeLessThanOrEqual(2_000)
})
