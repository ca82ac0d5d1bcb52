// Missing, blocked and broken tags fail alone.
import { expect, test } from 'vitest'
import type { ResolvedTag } from '../../../mirror/documents.ts'
import { type ResolveTagsOptions, resolveTags } from '../../../mirror/resolve/resolve-tags.ts'
import { RegistryError, type RegistryErrorKind } from '../../../registry/model/errors.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { descriptorOf, type MemorySource, sourceOf } from './sources.ts'

const TAGS = { '7.2': 'b', '7.4': 'a', latest: 'a' }

/** A source in which some tags fail with an error, or do not exist. */
function breaking(tags: Readonly<Record<string, RegistryErrorKind | 'absent'>>): MemorySource {
  const source = sourceOf({
    tags: { ...TAGS, ...Object.fromEntries(Object.keys(tags).map((tag) => [tag, 'x'])) },
  })
  return {
    ...source,
    resolveManifest: async (reference) => {
      const kind = tags[reference]
      if (kind === undefined) return source.resolveManifest(reference)
      source.asked.push(`HEAD ${reference}`)
      if (kind === 'absent') throw new RegistryError('gone', { kind: 'notFound' })
      throw new RegistryError(`${reference} is ${kind}`, { kind })
    },
  }
}

async function resolve(
  source: MemorySource,
  exact: string[],
  found: string[] = [],
  options: ResolveTagsOptions = {},
) {
  const { tags, failed, warnings } = await resolveTags(source, { exact, found }, options)
  return { tags: tags.map(({ tag }) => tag), failed, warnings }
}

test.each<[RegistryErrorKind, string]>([
  ['unauthorized', 'AccessDenied'],
  ['refused', 'RequestRefused'],
  ['unsupported', 'InvalidImage'],
  ['invalidContent', 'InvalidImage'],
  ['unsafe', 'UnsafeRedirect'],
  ['unavailable', 'RegistryUnavailable'],
])('a tag that is %s fails alone, as %s', async (kind, name) => {
  for (const [exact, found] of [
    [['7.2', 'bad', '7.4'], []],
    [[], ['7.2', 'bad', '7.4']],
  ] as const) {
    const resolved = await resolve(breaking({ bad: kind }), [...exact], [...found])
    expect(resolved.tags).toEqual(['7.2', '7.4'])
    expect(resolved.failed).toEqual([{ tag: 'bad', name, message: `bad is ${kind}` }])
  }
})

test('a tag that nobody has fails alone, with what may have been meant', async () => {
  const { tags, failed } = await resolve(sourceOf({ tags: TAGS }), ['7.4', '7.3'])
  expect(tags).toEqual(['7.4'])
  expect(failed).toEqual([
    {
      tag: '7.3',
      name: 'SourceNotFound',
      message: 'docker.io/library/redis has no tag "7.3" (the closest are 7.2, 7.4)',
    },
  ])
})

test('a schema 1 image fails alone', async () => {
  const source = sourceOf({ tags: TAGS })
  const resolveManifest: MemorySource['resolveManifest'] = async (tag) =>
    tag === '7.2' ? descriptorOf('b', MediaType.dockerSchema1) : source.resolveManifest(tag)
  const { tags, failed } = await resolve({ ...source, resolveManifest }, ['7.2', '7.4'])
  expect([tags, failed.map(({ tag, name }) => [tag, name])]).toEqual([['7.4'], [['7.2', 'InvalidImage']]])
})

test('a tag that is listed and then denied fails alone, as it is still listed', async () => {
  const { tags, failed, warnings } = await resolve(breaking({ gone: 'absent' }), [], ['7.4', 'gone'])
  expect(tags).toEqual(['7.4'])
  expect(failed).toMatchObject([{ tag: 'gone', name: 'SourceNotFound' }])
  expect(failed[0]?.message).toContain('lists the tag "gone", but reports it as missing')
  expect(warnings).toEqual([])
})

test('a tag that was deleted after it was listed is no failure, but is named', async () => {
  const { tags, failed, warnings } = await resolve(sourceOf({ tags: TAGS }), [], ['7.4', '7.9'])
  expect([tags, failed]).toEqual([['7.4'], []])
  expect(warnings).toEqual(['docker.io/library/redis: the tag "7.9" was deleted after it was listed'])
})

test('where the tags cannot be listed again, a listed tag that is denied has failed', async () => {
  const listTags = () => Promise.reject(new RegistryError('no', { kind: 'unavailable' }))
  const { failed } = await resolve({ ...sourceOf({ tags: TAGS }), listTags }, [], ['7.4', '7.9'])
  expect(failed).toMatchObject([{ tag: '7.9', name: 'SourceNotFound' }])
})

test.each([
  ['all deleted after the listing', sourceOf({}), ['7.8', '7.9'], /no tag of .* remains: .*"7\.8".*"7\.9"/],
  [
    'all listed, and denied',
    breaking({ x: 'absent', y: 'absent' }),
    ['x', 'y'],
    /2 of 2 tags failed: x: .*; y: /,
  ],
  [
    'all blocked',
    breaking({ x: 'refused', y: 'refused' }),
    ['x', 'y'],
    /2 of 2 tags failed: x: x is refused; y: /,
  ],
])('nothing is left, %s: that fails', async (_, source, found, message) => {
  await expect(resolve(source, [], found)).rejects.toThrow(message)
})

test('a rate limit ends the work for all; what was found out is kept, and is not asked again', async () => {
  const known: ResolvedTag[] = []
  const source = breaking({ limited: 'rateLimited' })
  const wanted = ['7.2', '7.4', 'limited', 'latest']
  await expect(resolve(source, wanted, [], { known })).rejects.toMatchObject({ kind: 'rateLimited' })
  expect(known.map(({ tag }) => tag)).toEqual(expect.arrayContaining(['7.2', '7.4']))

  const again = sourceOf({ tags: { ...TAGS, limited: 'c' } })
  expect((await resolve(again, wanted, [], { known })).tags).toEqual(wanted)
  expect(again.asked).not.toContain('HEAD 7.2')
  expect(again.asked).toContain('HEAD limited')
})

test('after a rate limit no further tag is asked', async () => {
  const source = breaking({ limited: 'rateLimited' })
  const many = Array.from({ length: 100 }, (_, index) => `t${index}`)
  await expect(resolve(source, ['limited', ...many])).rejects.toThrow('rateLimited')
  expect(source.asked.length).toBeLessThan(20)
})

test('a registry that answers for no tag is given up soon, and every tag has failed', async () => {
  const many = Array.from({ length: 100 }, (_, index) => `t${index}`)
  const source = breaking(Object.fromEntries(many.map((tag) => [tag, 'unavailable' as const])))
  await expect(resolve(source, many)).rejects.toMatchObject({
    name: 'RegistryUnavailable',
    message: expect.stringContaining('100 of 100 tags failed'),
  })
  expect(source.asked.length).toBeLessThan(20)
})

test('many broken tags of a registry that answers otherwise fail alone', async () => {
  const broken = Array.from({ length: 30 }, (_, index) => `t${index}`)
  const source = breaking(Object.fromEntries(broken.map((tag) => [tag, 'unavailable' as const])))
  const { tags, failed } = await resolve(source, ['7.4', ...broken, 'latest'])
  expect([tags, failed.length]).toEqual([['7.4', 'latest'], 30])
})
