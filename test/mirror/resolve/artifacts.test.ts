// Signatures, SBOMs and what hangs on them.
import { expect, test } from 'vitest'
import { findArtifacts } from '../../../mirror/resolve/artifacts.ts'
import { cosignTag, descriptorOf, digestOf, type SourceContent, sourceOf } from './sources.ts'

async function find(content: SourceContent, available?: string[]) {
  const source = sourceOf({ ...content, tags: { '1': 'image', ...content.tags } })
  const image = { tag: '1', ...descriptorOf('image') }
  const artifacts = await findArtifacts(source, [image], available)
  return { source, artifacts, names: artifacts.map(({ digest, tag }) => tag ?? digest) }
}

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
  await findArtifacts(source, tags, undefined)
  expect(source.asked.filter((request) => request.startsWith('referrers'))).toHaveLength(1)
})

test('with the tags at hand, only those that are listed are asked for', async () => {
  const sig = cosignTag('image', '.sig')
  const { source } = await find({ tags: { [sig]: 'signature' } }, ['1', sig])
  expect(source.asked.filter((request) => request.startsWith('HEAD'))).toEqual([`HEAD ${sig}`])
})

test('fails for a chain without an end', async () => {
  const chain = Object.fromEntries(Array.from({ length: 12 }, (_, level) => [`a${level}`, [`a${level + 1}`]]))
  await expect(find({ referrers: { image: ['a0'], ...chain } })).rejects.toThrow('more than 8 deep')
})

test('fails for more artifacts than an image can have', async () => {
  const many = Array.from({ length: 5_001 }, (_, index) => `a${index}`)
  await expect(find({ referrers: { image: many } })).rejects.toThrow('more than 5000 artifacts')
})
