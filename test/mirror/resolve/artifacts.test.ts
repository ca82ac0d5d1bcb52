// Finds signatures, SBOMs, and artifacts of these.
import { expect, test } from 'vitest'
import { type ArtifactOptions, findArtifacts } from '../../../mirror/resolve/artifacts.ts'
import { NOTHING_REMEMBERED } from '../../../mirror/resolve/memory/remembered.ts'
import { RegistryError, type RegistryErrorKind } from '../../../registry/model/errors.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { cosignTag, descriptorOf, digestOf, type SourceContent, sourceOf } from './sources.ts'

async function find(content: SourceContent, options: ArtifactOptions = {}) {
  const source = sourceOf({ ...content, tags: { '1': 'image', ...content.tags } })
  const mediaType = content.platforms?.image === undefined ? MediaType.ociManifest : MediaType.ociIndex
  const image = { tag: '1', ...descriptorOf('image', mediaType) }
  const found = await findArtifacts(source, [image], options)
  return { ...found, source, names: found.artifacts.map(({ digest, tag }) => tag ?? digest) }
}

const refusedWith = (kind: RegistryErrorKind, on: RegExp) => (request: string) =>
  on.test(request) ? new RegistryError(`${request} is refused`, { kind }) : undefined

test('an image without artifacts has none', async () => {
  expect((await find({})).artifacts).toEqual([])
})

test('referrers and cosign tags are found, and say what they are about', async () => {
  const sig = cosignTag('image', '.sig')
  const { artifacts } = await find({ tags: { [sig]: 'signature' }, referrers: { image: ['sbom'] } })
  expect(artifacts).toEqual([
    { ...descriptorOf('signature'), subject: digestOf('image'), tag: sig },
    { ...descriptorOf('sbom'), subject: digestOf('image'), artifactType: 'type/sbom' },
  ])
})

test('artifacts of artifacts are found', async () => {
  const sig = cosignTag('sbom', '.sig')
  const { names } = await find({
    tags: { [sig]: 'signature' },
    referrers: { image: ['sbom'], signature: ['log'] },
  })
  expect(names).toEqual([digestOf('sbom'), sig, digestOf('log')])
})

test('one that is both behind a tag and a referrer is one artifact', async () => {
  const sig = cosignTag('image', '.sig')
  const { artifacts } = await find({ tags: { [sig]: 'signature' }, referrers: { image: ['signature'] } })
  expect(artifacts).toEqual([
    { ...descriptorOf('signature'), subject: digestOf('image'), tag: sig, artifactType: 'type/signature' },
  ])
})

test('artifacts that name each other are asked about once', async () => {
  const { source, names } = await find({ referrers: { image: ['a'], a: ['b'], b: ['a', 'image'] } })
  expect(source.asked.filter((request) => request.startsWith('referrers'))).toHaveLength(3)
  expect(new Set(names)).toEqual(new Set([digestOf('a'), digestOf('b'), digestOf('image')]))
})

test('two tags with one digest are asked about once', async () => {
  const source = sourceOf({ tags: { '1': 'image', '2': 'image' } })
  const tags = ['1', '2'].map((tag) => ({ tag, ...descriptorOf('image') }))
  await findArtifacts(source, tags)
  expect(source.asked.filter((request) => request.startsWith('referrers'))).toHaveLength(1)
})

test('with the tags at hand, only those that are listed are asked for', async () => {
  const sig = cosignTag('image', '.sig')
  const { source } = await find({ tags: { [sig]: 'signature' } }, { available: ['1', sig] })
  expect(source.asked.filter((request) => request.startsWith('HEAD'))).toEqual([`HEAD ${sig}`])
})

test.each<[string, SourceContent]>([
  [
    'a chain without an end',
    {
      referrers: {
        image: ['a0'],
        ...Object.fromEntries(Array.from({ length: 12 }, (_, level) => [`a${level}`, [`a${level + 1}`]])),
      },
    },
  ],
  [
    'more artifacts than an image can have',
    { referrers: { image: Array.from({ length: 5_001 }, (_, index) => `a${index}`) } },
  ],
])('%s is a warning, and ends', async (_, content) => {
  const { artifacts, warning } = await find(content)
  expect(warning).toContain('is not plausible')
  expect(artifacts.length).toBeLessThan(10)
})

const KINDS: RegistryErrorKind[] = [
  'unauthorized',
  'refused',
  'unsupported',
  'invalidContent',
  'unavailable',
  'notFound',
]

test.each(KINDS)('referrers that are refused (%s) are a warning, and cosign tags are found', async (kind) => {
  const sig = cosignTag('image', '.sig')
  const { names, warning } = await find({
    tags: { [sig]: 'signature' },
    failure: refusedWith(kind, new RegExp(`referrers ${digestOf('image')}`)),
  })
  expect(names).toEqual([sig])
  expect(warning).toMatch(/^docker.io\/library\/redis does not list all .*sha256:.* is refused$/)
})

test.each(KINDS)('cosign tags that are refused (%s) are a warning, and referrers are found', async (kind) => {
  const { names, warning } = await find({
    referrers: { image: ['sbom'] },
    failure: refusedWith(kind, /HEAD sha256-/),
  })
  expect(names).toEqual([digestOf('sbom')])
  expect(warning).toContain(`HEAD ${cosignTag('image', '.sig')} is refused`)
})

test('a rate limit is an error: waiting helps, and the image meets it too', async () => {
  const failure = refusedWith('rateLimited', /referrers/)
  await expect(find({ failure })).rejects.toMatchObject({ kind: 'rateLimited' })
})

test('a cosign tag that is listed and missing is a warning', async () => {
  const sig = cosignTag('image', '.sig')
  const { names, warning } = await find({}, { available: ['1', sig] })
  expect(names).toEqual([])
  expect(warning).toContain(`${sig} is not there`)
})

test('a question that is refused each time is not asked about hundreds of tags', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `image${index}`)
  const source = sourceOf({
    tags: Object.fromEntries(names.map((name) => [name, name])),
    failure: refusedWith('unavailable', /referrers|HEAD sha256-/),
  })
  const { warning = '' } = await findArtifacts(
    source,
    names.map((tag) => ({ tag, ...descriptorOf(tag) })),
  )
  expect(source.asked.length).toBeLessThan(50)
  expect(warning).toContain('199 other digests')
  expect(warning.length).toBeLessThan(1_000)
})

test('artifacts of platforms are found, and say of which index', async () => {
  const sig = cosignTag('amd64', '.sig')
  const { artifacts } = await find({
    platforms: { image: ['amd64', 'arm64'] },
    tags: { [sig]: 'signature' },
    referrers: { arm64: ['sbom'], sbom: ['of sbom'] },
  })
  const index = digestOf('image')
  expect(artifacts).toMatchObject([
    { digest: digestOf('signature'), subject: digestOf('amd64'), index, tag: sig },
    { digest: digestOf('sbom'), subject: digestOf('arm64'), index },
    { digest: digestOf('of sbom'), subject: digestOf('sbom') },
  ])
  expect(artifacts[2]).not.toHaveProperty('index')
})

test('artifacts of the platforms of an index in an index are found', async () => {
  const { names } = await find({
    platforms: { image: ['inner'], inner: ['amd64'] },
    referrers: { inner: ['sbom of inner'], amd64: ['sbom of amd64'] },
  })
  expect(names).toEqual([digestOf('sbom of inner'), digestOf('sbom of amd64')])
})

test('an index is read once, and by no later run', async () => {
  const content = { platforms: { image: ['amd64'] }, referrers: { amd64: ['sbom'] } }
  const first = await find(content, { remembered: NOTHING_REMEMBERED })
  expect(first.source.asked.filter((request) => request.startsWith('GET'))).toHaveLength(1)
  expect(first.read.get(digestOf('image'))).toMatchObject({ mediaType: MediaType.ociIndex })
  const second = await find(content, { remembered: first.remembered })
  expect(second.source.asked.filter((request) => request.startsWith('GET'))).toEqual([])
  expect(second.names).toEqual([digestOf('sbom')])
  expect(second.remembered).toEqual(first.remembered)
})

test('an index that cannot be read is a warning, also where pulls are used up', async () => {
  const { warning } = await find({
    platforms: { image: ['amd64'] },
    failure: refusedWith('rateLimited', /GET/),
  })
  expect(warning).toContain(`GET ${digestOf('image')} is refused`)
})
