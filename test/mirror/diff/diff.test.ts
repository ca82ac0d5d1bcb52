// Finds the tags and artifacts that a region lacks.
import { expect, test } from 'vitest'
import { findMissing, isInSync, withoutNewer } from '../../../mirror/diff/diff.ts'
import type { HeldBy } from '../../../mirror/diff/held.ts'
import type { Artifact, Resolved } from '../../../mirror/documents.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import type { Digest } from '../../../registry/model/reference.ts'
import { cosignTag, descriptorOf, digestOf } from '../resolve/sources.ts'

function artifact(name: string, tag?: string): Artifact {
  return { ...descriptorOf(name), subject: digestOf('a'), ...(tag && { tag }) }
}

const SIGNATURE = cosignTag('a', '.sig')
const resolved: Resolved = {
  image: 'redis',
  tags: [
    { tag: '1', ...descriptorOf('a') },
    { tag: '2', ...descriptorOf('b') },
  ],
  artifacts: [artifact('sbom'), artifact('signature', SIGNATURE)],
}

/** A region with these tags, and with other images without a tag. */
function holding(tags: Record<string, string>, digests: string[]): HeldBy & { asked: unknown[] } {
  const asked: unknown[] = []
  return {
    asked,
    async tagDigests(wanted) {
      asked.push(wanted)
      return new Map(wanted.flatMap((tag) => (tags[tag] === undefined ? [] : [[tag, digestOf(tags[tag])]])))
    },
    async presentDigests(wanted) {
      asked.push(wanted)
      return new Set(digests.map(digestOf).filter((digest) => wanted.includes(digest)))
    },
  }
}

async function missingOf(target: HeldBy, of: Resolved = resolved) {
  const { tags, artifacts } = await findMissing(target, of)
  return [...tags, ...artifacts].map(({ tag, digest }) => tag ?? digest)
}

const ALL = { '1': 'a', '2': 'b', [SIGNATURE]: 'signature' }

test('finds a region with all content in sync', async () => {
  const missing = await findMissing(holding(ALL, ['sbom']), resolved)
  expect(missing).toMatchObject({ tags: [], artifacts: [], all: false, kept: [] })
  expect(isInSync(missing)).toBe(true)
})

test.each<[string, Record<string, string>, string[], string[]]>([
  ['a tag', { '1': 'a', [SIGNATURE]: 'signature' }, ['sbom'], ['2']],
  ['the right digest behind a tag', { ...ALL, '2': 'a' }, ['sbom', 'b'], ['2']],
  ['a referrer', ALL, [], [digestOf('sbom')]],
  ['the tag of a signature', { '1': 'a', '2': 'b' }, ['sbom', 'signature'], [SIGNATURE]],
  ['everything', {}, [], ['1', '2', digestOf('sbom'), SIGNATURE]],
])('finds a region without %s stale', async (_, tags, digests, expected) => {
  expect(await missingOf(holding(tags, digests))).toEqual(expected)
})

test('finds everything missing in a missing repository', async () => {
  const absent = () => Promise.reject(new RegistryError('no such repository', { kind: 'notFound' }))
  expect(await missingOf({ tagDigests: absent, presentDigests: absent })).toHaveLength(4)
})

test('passes on other errors of the target', async () => {
  const denied = () => Promise.reject(new RegistryError('not for you', { kind: 'unauthorized' }))
  await expect(missingOf({ tagDigests: denied, presentDigests: denied })).rejects.toThrow('not for you')
})

test('looks up a pinned digest without a tag by digest', async () => {
  const pinned: Resolved = { image: 'redis', tags: [descriptorOf('a')], artifacts: [] }
  expect(await missingOf(holding({}, ['a']), pinned)).toEqual([])
  expect(await missingOf(holding({ '1': 'b' }, []), pinned)).toEqual([digestOf('a') as Digest])
})

test.each<[string, Record<string, string>, string[], boolean]>([
  ['none of the tags', { '3': 'a' }, ['a', 'b'], true],
  ['another digest behind one of the tags', { '1': 'c' }, [], false],
  ['one of the tags', { '2': 'b' }, [], false],
])('a region that holds %s', async (_, tags, digests, all) => {
  expect(await findMissing(holding(tags, digests), resolved)).toMatchObject({ all })
})

test('finds a missing digest without a tag', async () => {
  const pinned: Resolved = { image: 'redis', tags: [descriptorOf('a')], artifacts: [] }
  expect(await findMissing(holding({}, []), pinned)).toMatchObject({ all: true })
  expect(await findMissing(holding({}, ['a']), pinned)).toMatchObject({ all: false })
})

test('sends no requests for an image without tags', async () => {
  const target = holding({}, [])
  expect(await missingOf(target, { image: 'redis', tags: [], artifacts: [] })).toEqual([])
  expect(target.asked).toEqual([])
})

const MISSING = { tags: resolved.tags.slice(0, 1), artifacts: resolved.artifacts, all: false }
const PUSHED = '2026-01-01T00:00:10Z'

test.each([
  ['what was pushed later stays, with all that belongs to it', 'new', '2026-01-01T00:00:11Z', 'nothing'],
  ['what was pushed in the same second stays', 'new', PUSHED, 'nothing'],
  ['what was pushed earlier is replaced', 'new', '2026-01-01T00:00:09Z', 'all'],
  ['what once stood is replaced, whenever it was put', 'old', '2026-01-01T00:00:11Z', 'all'],
])('%s', async (_what, held, at, expected) => {
  const target = { pushed: async () => ({ digest: digestOf(held), at: new Date(at) }) }
  const left = await withoutNewer(target, MISSING, { than: PUSHED, but: [digestOf('old')] })
  expect(left).toEqual(expected === 'all' ? MISSING : { tags: [], artifacts: [], all: false })
})

test('puts a missing tag', async () => {
  const target = { pushed: async () => undefined }
  expect(await withoutNewer(target, MISSING, { than: PUSHED, but: [] })).toEqual(MISSING)
})

test('with missingOnly, tags that a target has are left, with the digests of both', async () => {
  const target = holding({ '1': 'other', [SIGNATURE]: 'signature' }, [])
  const { tags, artifacts, kept } = await findMissing(target, resolved, { missingOnly: true })
  expect(tags.map(({ tag }) => tag)).toEqual(['2'])
  expect(kept).toEqual([{ tag: '1', digest: digestOf('other'), source: digestOf('a') }])
  // Both are about "a", which does not come to the target.
  expect(artifacts).toEqual([])
})

test('with missingOnly, artifacts of an image that is there are copied', async () => {
  const target = holding({ '1': 'a', '2': 'b', [SIGNATURE]: 'an earlier signature' }, [])
  const { tags, artifacts, kept } = await findMissing(target, resolved, { missingOnly: true })
  expect([tags, kept]).toEqual([[], []])
  expect(artifacts.map(({ digest }) => digest)).toEqual([digestOf('sbom'), digestOf('signature')])
})

test('names the digests that the tags have at the target', async () => {
  const { before } = await findMissing(holding({ ...ALL, '1': 'other' }, []), resolved)
  expect(before.get('1')).toBe(digestOf('other'))
})
