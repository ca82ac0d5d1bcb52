// Selects platforms of tags in a real registry: requests, cached decisions and failures.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ResolvedTag } from '../../../mirror/documents.ts'
import { type ChooseOptions, chooseTags } from '../../../mirror/platforms/choose-tags.ts'
import { decisionsSchema } from '../../../mirror/resolve/memory/remembered.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import type { Repository } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { tagOf } from '../../copy/aws.ts'
import { AMD64, ARM64, multiArch } from '../../copy/images.ts'
import { failing, layerOf, startRegistry, type TestRegistry } from '../../copy/registries.ts'

const AMD = { platforms: ['linux/amd64'] }
const GETS = /^GET .*\/(manifests|blobs)\//

let upstream: TestRegistry
let source: Repository
beforeEach(async () => {
  upstream = await startRegistry()
  await upstream.build('team/app')
  source = await upstream.open('team/app')
})
afterEach(() => upstream[Symbol.asyncDispose]())

async function image(tag: string): Promise<ResolvedTag> {
  return tagOf(tag, await multiArch(await upstream.build('team/app'), tag))
}

async function single(tag: string, platform = AMD64): Promise<ResolvedTag> {
  const build = await upstream.build('team/app')
  const one: Descriptor = await build.image(platform, [layerOf(tag)])
  await build.tag(tag, one)
  return tagOf(tag, one)
}

/** The cached decisions as the next run reads them from the work bucket. */
function stored(decisions: ChooseOptions['remembered']): ChooseOptions['remembered'] {
  return decisionsSchema.parse(JSON.parse(JSON.stringify(decisions)))
}

/** Chooses among tags of which none has failed before. */
function choose(tags: ResolvedTag[], settings: Parameters<typeof chooseTags>[2], options?: ChooseOptions) {
  return chooseTags(source, { tags, failed: [] }, settings, options)
}

test('without platforms, tags stay as they are and nothing is asked', async () => {
  const tags = [await image('1.0')]
  expect(await choose(tags, {})).toMatchObject({ tags, failed: [], replaced: [] })
  expect(upstream.log()).toEqual([])
})

test('a tag leads to the index of the wanted platforms, and keeps what it led to at the source', async () => {
  const tag = await image('1.0')
  const chosen = await choose([tag], AMD)
  expect(chosen.tags).toEqual([
    {
      tag: '1.0',
      digest: expect.any(String),
      mediaType: tag.mediaType,
      size: expect.any(Number),
      origin: tag.digest,
    },
  ])
  const [made] = chosen.tags
  expect(made?.digest).not.toBe(tag.digest)
  expect(chosen.replaced).toEqual([tag.digest])
  const served = await chosen.source.getManifest(String(made?.digest))
  expect([served.digest, served.bytes.length]).toEqual([made?.digest, made?.size])
})

test('a manifest of several tags is read once, and never again in later runs', async () => {
  const tag = await image('1.0')
  const tags = [tag, { ...tag, tag: 'latest' }, await single('single')]
  const first = await choose(tags, AMD)
  expect(upstream.count(GETS)).toBe(3)
  upstream.forgetLog()
  const second = await choose(tags, AMD, { remembered: stored(first.decisions) })
  expect(upstream.log()).toEqual([])
  expect(second.tags).toEqual(first.tags)
  expect(second.decisions).toEqual(first.decisions)
  expect(second.replaced).toEqual([])
})

test('a decision for other platforms does not count', async () => {
  const tags = [await image('1.0')]
  const first = await choose(tags, AMD)
  const second = await choose(tags, { platforms: ['linux/arm64'] }, { remembered: first.decisions })
  expect(second.tags[0]?.digest).not.toBe(first.tags[0]?.digest)
  const all = await choose(
    tags,
    { platforms: ['linux/arm64', 'linux/amd64'] },
    { remembered: first.decisions },
  )
  expect(all.tags).toEqual(tags)
})

test('a digest that the source no longer has under a tag is forgotten', async () => {
  const [old, next] = [await image('1.0'), await image('1.1')]
  const { decisions } = await choose([old], AMD)
  const second = await choose([next], AMD, { remembered: decisions })
  expect(Object.keys(second.decisions?.by ?? {})).toEqual([next.digest])
})

test('a tag without a wanted platform fails alone, and later runs know without asking', async () => {
  const tags = [await image('1.0'), await single('arm', ARM64)]
  const first = await choose(tags, AMD)
  expect(first.tags).toMatchObject([{ tag: '1.0' }])
  const failed = [
    {
      tag: 'arm',
      digest: tags[1]?.digest,
      name: 'SourceNotFound',
      message: `${source.name} lacks linux/amd64; its platforms are: linux/arm64`,
    },
  ]
  expect(first.failed).toEqual(failed)
  upstream.forgetLog()
  const second = await choose(tags, AMD, { remembered: stored(first.decisions) })
  expect(second.failed).toEqual(failed)
  expect(upstream.log()).toEqual([])
})

test('if no tag is left, the failures of all are one error, and later runs know without asking', async () => {
  const tags = [await image('1.0'), await image('1.1')]
  const before = [{ tag: '0.9', name: 'SourceNotFound', message: 'has no tag "0.9"' }]
  const settings = { platforms: ['linux/s390x'] }
  const keep = vi.fn<NonNullable<ChooseOptions['keep']>>(async () => {})
  const expected = {
    name: 'SourceNotFound',
    message: `3 of 3 tags failed: 0.9: has no tag "0.9"; 1.0, 1.1: ${source.name} lacks linux/s390x; its platforms are: linux/amd64, linux/arm64`,
  }
  await expect(chooseTags(source, { tags, failed: before }, settings, { keep })).rejects.toMatchObject(
    expected,
  )
  upstream.forgetLog()
  const remembered = stored(keep.mock.calls[0]?.[0])
  const again = chooseTags(source, { tags, failed: before }, settings, { remembered })
  await expect(again).rejects.toMatchObject(expected)
  expect(upstream.log()).toEqual([])
})

test('a manifest that the source does not deliver fails its tag for this run alone', async () => {
  const [bad, good] = [await image('1.0'), await image('1.1')]
  upstream.breakWith(failing(new RegExp(`GET .*/manifests/${bad.digest}`), 503))
  const first = await choose([bad, good], AMD)
  expect(first.failed).toMatchObject([{ tag: '1.0', name: 'RegistryUnavailable' }])
  expect(Object.keys(first.decisions?.by ?? {})).toEqual([good.digest])
  upstream.breakWith(undefined)
  expect((await choose([bad, good], AMD, { remembered: first.decisions })).failed).toEqual([])
})

test('a rate limit keeps what was decided, and the next try asks for the rest', async () => {
  const tags = await Promise.all(Array.from({ length: 12 }, (_, minor) => image(`1.${minor}`)))
  const earlier = await choose([tags[0], tags[11]] as ResolvedTag[], AMD)
  let left = 5
  upstream.breakWith((request, response) => {
    if (!request.url?.includes('/manifests/') || left-- > 0) return false
    response.writeHead(429, { 'retry-after': '3600' }).end()
    return true
  })
  const keep = vi.fn<NonNullable<ChooseOptions['keep']>>(async () => {})
  const limited = choose(tags, AMD, { keep, remembered: earlier.decisions })
  await expect(limited).rejects.toMatchObject({ kind: 'rateLimited' })
  const [decisions, made] = keep.mock.calls[0] ?? []
  // What earlier runs decided stays, wherever it is in the order.
  expect([Object.keys(decisions?.by ?? {}).length, [...(made ?? [])].length]).toEqual([7, 5])
  expect(decisions?.by).toMatchObject(earlier.decisions?.by ?? {})

  upstream.breakWith(undefined)
  upstream.forgetLog()
  // A new client, which does not know of the rate limit.
  const registries = createRegistries()
  const unlimited = await registries.open({ registry: upstream.address, repository: 'team/app' })
  expect(
    (await chooseTags(unlimited, { tags, failed: [] }, AMD, { remembered: decisions })).tags,
  ).toHaveLength(12)
  await registries.close()
  expect(upstream.count(GETS)).toBe(5)
})

test('decisions are stored with the manifests that they replace, which are reported until a run succeeds', async () => {
  const tags = [await image('1.0')]
  const keep = vi.fn<NonNullable<ChooseOptions['keep']>>(async () => {})
  const first = await choose(tags, AMD, { keep })
  const kept = stored(keep.mock.calls[0]?.[0])
  expect(kept).toEqual({ ...first.decisions, unreported: [tags[0]?.digest] })
  const second = await choose(tags, AMD, { keep, remembered: kept })
  expect(second.replaced).toEqual([tags[0]?.digest])
  expect(second.decisions).toEqual(first.decisions)
  expect(keep.mock.calls[1]?.[0]).toEqual(kept)
  const third = await choose(tags, AMD, { remembered: stored(second.decisions) })
  expect(third.replaced).toEqual([])
})

test('as a manifest, a tag leads to the one of its platform', async () => {
  const tag = await image('1.0')
  const { manifests } = JSON.parse(
    String(await upstream.store.manifests.bytes(tag.digest as Descriptor['digest'])),
  )
  const chosen = await choose([tag], { ...AMD, as: 'manifest' })
  const [{ digest, mediaType, size }] = manifests
  expect(chosen.tags).toEqual([{ tag: '1.0', digest, mediaType, size, origin: tag.digest }])
  expect(chosen.source).toBe(source)
})
