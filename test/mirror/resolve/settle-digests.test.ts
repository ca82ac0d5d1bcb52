import { expect, test } from 'vitest'
import type { ResolvedTag } from '../../../mirror/documents.ts'
import type { Remembered } from '../../../mirror/resolve/memory/remembered.ts'
import { resolveImage } from '../../../mirror/resolve/resolve.ts'
import { settleDigests } from '../../../mirror/resolve/settle-digests.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { descriptorOf, digestOf, sourceOf } from './sources.ts'

const NAMED = digestOf('named by the HEAD')
const SERVED = Buffer.from('{"schemaVersion":2}')
const served = { mediaType: MediaType.ociManifest, digest: digestOf('served'), bytes: SERVED }

/** Its HEADs return a digest that it does not have. */
function misnaming() {
  const source = sourceOf({ tags: { '1.0': 'served' } })
  return {
    ...source,
    resolveManifest: async () => ({ ...descriptorOf('served'), digest: NAMED }),
    getManifest: async (reference: string) => {
      source.asked.push(`GET ${reference}`)
      return served
    },
  }
}

const tagOf = (more: Partial<ResolvedTag> = {}): ResolvedTag => ({
  tag: '1.0',
  ...descriptorOf('served'),
  digest: NAMED,
  ...more,
})

test('row 39: a digest that is not there gives way to that of the bytes', async () => {
  const settled = { tag: '1.0', digest: served.digest, mediaType: served.mediaType, size: SERVED.length }
  expect((await settleDigests(misnaming(), [tagOf()], new Set(), undefined)).tags).toEqual([settled])
})

test('it does so in every run, so that no run finds its target stale', async () => {
  const select = { include: ['1.0'], exclude: [] }
  let remembered: Remembered | undefined
  for (const _ of [1, 2]) {
    const resolved = await resolveImage(
      misnaming(),
      { image: 'redis', select },
      {
        remembered,
        remember: async (next) => {
          remembered = next
        },
      },
    )
    expect(resolved.tags).toMatchObject([{ tag: '1.0', digest: served.digest }])
  }
})

test('a digest that is there costs one HEAD for all of its tags, and none once it is known', async () => {
  const source = sourceOf({ tags: { '1.0': 'image', latest: 'image' } })
  const tags = ['1.0', 'latest'].map((tag) => ({ tag, ...descriptorOf('image') }))
  expect((await settleDigests(source, tags, new Set(), undefined)).tags).toEqual(tags)
  expect(source.asked).toEqual([`HEAD ${digestOf('image')}`])
  expect((await settleDigests(source, tags, new Set([digestOf('image')]), undefined)).tags).toEqual(tags)
  expect(source.asked).toHaveLength(1)
})

test.each<[string, Partial<ResolvedTag>]>([
  ['that is pinned', { pinned: true }],
  ['without a tag', { tag: undefined }],
])('a digest %s is not asked for: no other will do', async (_, more) => {
  const source = misnaming()
  const tags = [tagOf(more)]
  expect((await settleDigests(source, tags, new Set(), undefined)).tags).toEqual(tags)
  expect(source.asked).toEqual([])
})

test('a refusal leaves the digest as it is, and a rate limit is waited for', async () => {
  const refusing = (kind: RegistryError['kind']) =>
    sourceOf({ failure: () => new RegistryError('no', { kind }) })
  const tags = [tagOf()]
  expect((await settleDigests(refusing('unauthorized'), tags, new Set(), undefined)).tags).toEqual(tags)
  expect((await settleDigests(refusing('unauthorized'), tags, new Set(), undefined)).uncertain).toEqual(
    new Set(tags.map(({ digest }) => digest)),
  )
  await expect(settleDigests(refusing('rateLimited'), tags, new Set(), undefined)).rejects.toThrow('no')
})
