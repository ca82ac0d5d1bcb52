// References that pin a digest.
import { expect, test } from 'vitest'
import { type Pin, resolvePinned } from '../../../mirror/resolve/pin.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { descriptorOf, digestOf, type MemorySource, sourceOf } from './sources.ts'

const TAGS = { '7.4': 'a', '7.2': 'b' }

async function resolve(pin: Pin, more: Partial<MemorySource> = {}) {
  const source = { ...sourceOf({ tags: TAGS }), ...more }
  return { source, ...(await resolvePinned(source, pin, undefined)) }
}

/** A source that fails for requests matching this pattern. */
function failingFor(what: string, error: Error): Partial<MemorySource> {
  const inner = sourceOf({ tags: TAGS })
  return {
    resolveManifest: async (reference) => {
      if (reference === what) throw error
      return inner.resolveManifest(reference)
    },
  }
}

test('a digest alone resolves to itself', async () => {
  const { tags, warnings } = await resolve({ digest: digestOf('b') })
  expect(tags).toEqual([{ digest: digestOf('b'), mediaType: MediaType.ociManifest, size: 1 }])
  expect(warnings).toEqual([])
})

test('a pin that is up to date costs one HEAD', async () => {
  const { source, tags, warnings } = await resolve({ tag: '7.4', digest: digestOf('a') })
  expect(tags).toEqual([{ ...descriptorOf('a'), tag: '7.4', pinned: true }])
  expect([warnings, source.asked]).toEqual([[], ['HEAD 7.4']])
})

test.each<[string, string, Partial<MemorySource>, string]>([
  ['row 68: has moved', '7.4', {}, `the tag "7.4" now points to ${digestOf('a')}`],
  ['is gone', '9', {}, 'the tag "9" is gone'],
  [
    'cannot be read',
    '7.4',
    failingFor('7.4', new RegistryError('answered 451', { kind: 'refused' })),
    'the tag "7.4" cannot be read (answered 451)',
  ],
])('a pinned digest whose tag %s is mirrored under the tag, with a warning', async (_, tag, more, words) => {
  const { tags, warnings } = await resolve({ tag, digest: digestOf('b') }, more)
  expect(tags).toEqual([{ ...descriptorOf('b'), tag, pinned: true }])
  expect(warnings).toEqual([
    `docker.io/library/redis: ${words}; the pinned ${digestOf('b')} is mirrored under it`,
  ])
})

test('a rate limit says nothing of the pin, and is waited for', async () => {
  const limited = new RegistryError('slow down', { kind: 'rateLimited' })
  const run = resolve({ tag: '7.4', digest: digestOf('b') }, failingFor('7.4', limited))
  await expect(run).rejects.toBe(limited)
})

test.each([
  ['7.4', `now points to ${digestOf('a')}`],
  ['9', 'is gone'],
])('a pinned digest that is gone fails, and says what its tag %s does', async (tag, words) => {
  await expect(resolve({ tag, digest: digestOf('x') })).rejects.toMatchObject({
    name: 'SourceNotFound',
    message: expect.stringContaining(words),
  })
})

test('a source that answers for a digest with another one is not believed', async () => {
  const resolveManifest = async () => descriptorOf('c')
  await expect(resolve({ digest: digestOf('b') }, { resolveManifest })).rejects.toMatchObject({
    name: 'InvalidImage',
  })
})

test('a push that is restored resolves to what was pushed, wherever its tag has moved', async () => {
  const { tags, warnings } = await resolve({ tag: '7.4', digest: digestOf('b'), ifMoved: 'restore' })
  expect(tags).toMatchObject([{ tag: '7.4', digest: digestOf('b') }])
  expect(warnings).toEqual([])
})

test('a push whose tag has moved on leaves nothing to do', async () => {
  const { tags } = await resolve({ tag: '7.4', digest: digestOf('b'), ifMoved: 'skip' })
  expect(tags).toEqual([])
})

test('a push whose tag is gone fails', async () => {
  const run = resolve({ tag: '9', digest: digestOf('b'), ifMoved: 'skip' })
  await expect(run).rejects.toThrow('has no tag "9"')
})
