// Resolves the selected tags of an image at its source.
import { expect, test } from 'vitest'
import type { Select } from '../../../mirror/contract.ts'
import { resolveImage } from '../../../mirror/resolve/resolve.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { digestOf, type SourceContent, sourceOf } from './sources.ts'

async function resolve(content: SourceContent, select: Partial<Select>) {
  const source = sourceOf(content)
  const resolved = await resolveImage(source, {
    image: 'redis',
    select: { include: [], exclude: [], ...select },
  })
  return { source, resolved, tags: resolved.tags.map(({ tag }) => tag) }
}

const TAGS = { '7.4': 'a', '7.2': 'b', '8.0-rc': 'c', latest: 'a' }

test('exact tags cost one HEAD each, and no listing', async () => {
  const { source, resolved } = await resolve({ tags: TAGS }, { include: ['7.4', 'latest'] })
  expect(resolved.tags).toEqual([
    { tag: '7.4', digest: digestOf('a'), mediaType: MediaType.ociManifest, size: 1 },
    { tag: 'latest', digest: digestOf('a'), mediaType: MediaType.ociManifest, size: 1 },
  ])
  expect(source.asked.slice(0, 2)).toEqual(['HEAD 7.4', 'HEAD latest'])
  expect(source.asked).not.toContain('tags')
})

test('patterns select from what the source lists', async () => {
  const { tags } = await resolve({ tags: TAGS }, { include: ['/^\\d/'], exclude: ['/-rc/'] })
  expect(tags).toEqual(['7.2', '7.4'])
})

test('as many tags as there must be are enough', async () => {
  expect((await resolve({ tags: TAGS }, { include: ['7.4', '/^8/'], min: 2 })).tags).toEqual([
    '7.4',
    '8.0-rc',
  ])
})

test('an exact tag that the source has but does not list is found', async () => {
  const { tags } = await resolve({ tags: TAGS, listed: ['latest'] }, { include: ['7.4', '/^la/'] })
  expect(tags).toEqual(['7.4', 'latest'])
})

test.each<[string, Partial<Select>, string, string]>([
  [
    'a pattern that finds nothing',
    { include: ['/^9/'] },
    'SourceNotFound',
    'matches /^9/; it has 4 tags: 7.2, 7.4, 8.0-rc, latest',
  ],
  [
    'fewer tags than there must be',
    { include: ['/^\\d/'], exclude: ['/-rc/'], min: 3 },
    'SourceNotFound',
    'only 2 tags of docker.io/library/redis match /^\\d/ excluding /-rc/, but "tags.min" is 3; of its 4 tags, 1 is not included: latest; 1 is excluded: 8.0-rc',
  ],
  [
    'only excluded tags',
    { include: ['7.4'], exclude: ['7.4'] },
    'SourceNotFound',
    'matches 7.4 excluding 7.4',
  ],
  [
    'a tag that is not there',
    { include: ['7.3'] },
    'SourceNotFound',
    'has no tag "7.3" (the closest are 7.4, 7.2)',
  ],
  ['a digest that is not there', { digest: digestOf('x') }, 'SourceNotFound', `has no ${digestOf('x')}`],
])('fails for %s', async (_, select, name, complaint) => {
  const failed = await resolve({ tags: TAGS }, select).catch((error: unknown) => error)
  expect(failed).toMatchObject({ name })
  expect(String(failed)).toContain(complaint)
})

test('a missing tag is told even when the source does not list its tags', async () => {
  const source = { ...sourceOf({ tags: TAGS }), listTags: () => Promise.reject(new Error('not allowed')) }
  const run = resolveImage(source, { image: 'redis', select: { include: ['7.3'], exclude: [] } })
  await expect(run).rejects.toThrow('has no tag "7.3"')
})

test.each([['7.3'], ['/^7/']])(
  'a repository that is not there is told as such, asked for %s',
  async (tag) => {
    const gone = () => Promise.reject(new RegistryError('name unknown', { kind: 'notFound' }))
    const source = { ...sourceOf({}), listTags: gone }
    const run = resolveImage(source, { image: 'redis', select: { include: [tag], exclude: [] } })
    await expect(run).rejects.toMatchObject({
      name: 'SourceNotFound',
      message: 'docker.io/library/redis does not exist, or needs credentials',
    })
  },
)

test('Docker schema 1 is refused in plain words', async () => {
  const content = { tags: TAGS, mediaType: MediaType.dockerSchema1Signed }
  await expect(resolve(content, { include: ['7.4'] })).rejects.toThrow('is a Docker schema 1 image')
})

test('what the source says of its rate limit is kept', async () => {
  const source = { ...sourceOf({ tags: TAGS }), rateLimit: () => ({ limit: 100, remaining: 7 }) }
  const resolved = await resolveImage(source, { image: 'redis', select: { include: ['7.4'], exclude: [] } })
  expect(resolved.rateLimit).toEqual({ limit: 100, remaining: 7 })
})

test('a tag without a required artifact fails alone, and what is about it is left out', async () => {
  const source = sourceOf({ tags: { '1': 'a', '2': 'b' }, referrers: { a: ['sig'], b: ['log'] } })
  const resolved = await resolveImage(source, {
    image: 'redis',
    select: { include: ['1', '2'], exclude: [] },
    settings: { artifacts: { require: ['type/sig'] } },
  })
  expect(resolved.tags.map(({ tag }) => tag)).toEqual(['1'])
  expect(resolved.artifacts.map(({ subject }) => subject)).toEqual([digestOf('a')])
  expect(resolved.failed).toMatchObject([{ tag: '2', digest: digestOf('b'), name: 'ArtifactMissing' }])
})

test('artifacts that the list leaves out still count as present', async () => {
  const source = sourceOf({ tags: { '1': 'a' }, referrers: { a: ['sig', 'log'] } })
  const resolved = await resolveImage(source, {
    image: 'redis',
    select: { include: ['1'], exclude: [] },
    settings: { artifacts: { exclude: ['type/sig'], require: ['type/sig'] } },
  })
  expect(resolved.artifacts.map(({ artifactType }) => artifactType)).toEqual(['type/log'])
  expect(resolved.failed).toBeUndefined()
})
