import { afterEach, expect, test } from 'vitest'
import { digestOf } from '../../../../local/aws/registry/digest.ts'
import type { Quirks } from '../../../../local/aws/registry/policy.ts'
import { MediaType } from '../../../../registry/model/manifest.ts'
import { imageOf, pushImage, REPOSITORY, startTestRegistry, type TestRegistry } from './registry.ts'

let registry: TestRegistry
afterEach(() => registry[Symbol.asyncDispose]())

async function start(quirks: Quirks = {}): Promise<void> {
  registry = await startTestRegistry(quirks)
}

async function tag(...names: string[]): Promise<void> {
  const { digest } = await pushImage(registry, names[0] ?? '')
  for (const name of names.slice(1)) await registry.store.tags.set(REPOSITORY, name, digest)
}

/** All pages from this path on, by their Link headers. */
async function pages<T>(path: string, seen: T[] = []): Promise<T[]> {
  const answer = await registry.ask(path)
  expect(answer.status).toBe(200)
  const [, next] = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '') ?? []
  const all = [...seen, (await answer.json()) as T]
  return next === undefined ? all : pages(next.replace(registry.origin, ''), all)
}

const tagsOf = (page: { tags: string[] }) => page.tags

test('lists tags in order, upper case first', async () => {
  await start()
  await tag('b', 'a', 'A', '10', '9')
  const answer = await registry.ask(`/v2/${REPOSITORY}/tags/list`)
  expect(await answer.json()).toEqual({ name: REPOSITORY, tags: ['10', '9', 'A', 'a', 'b'] })
})

test('lists tags in linked pages of n', async () => {
  await start()
  await tag('a', 'b', 'c', 'd', 'e')
  const found = await pages<{ tags: string[] }>(`/v2/${REPOSITORY}/tags/list?n=2`)
  expect(found.map(tagsOf)).toEqual([['a', 'b'], ['c', 'd'], ['e']])
})

test('can limit the page size', async () => {
  await start({ tagsPerPage: 3 })
  await tag('a', 'b', 'c', 'd')
  const found = await pages<{ tags: string[] }>(`/v2/${REPOSITORY}/tags/list`)
  expect(found.map(tagsOf)).toEqual([['a', 'b', 'c'], ['d']])
})

test('lists every tag once in unordered pages', async () => {
  await start({ opaqueTagPages: true, locations: 'absolute' })
  const names = Array.from({ length: 25 }, (_, at) => `v${at}`)
  await tag(...names)
  const found = (await pages<{ tags: string[] }>(`/v2/${REPOSITORY}/tags/list?n=10`)).flatMap(tagsOf)
  expect(found).not.toEqual([...found].sort())
  expect([...found].sort()).toEqual([...names].sort())
})

test('continues a list after any name', async () => {
  await start()
  await tag('a', 'c', 'd')
  const answer = await registry.ask(`/v2/${REPOSITORY}/tags/list?last=b`)
  expect(await answer.json()).toMatchObject({ tags: ['c', 'd'] })
})

test('returns no tags and no next page for n=0', async () => {
  await start()
  await tag('a')
  const answer = await registry.ask(`/v2/${REPOSITORY}/tags/list?n=0`)
  expect([await answer.json(), answer.headers.get('link')]).toEqual([{ name: REPOSITORY, tags: [] }, null])
})

test('refuses a page size above its limit', async () => {
  await start({ maxTagsPerPage: 1000 })
  await tag('a')
  expect(await registry.refusal(`/v2/${REPOSITORY}/tags/list?n=1001`)).toEqual([405, 'UNSUPPORTED'])
  expect((await registry.ask(`/v2/${REPOSITORY}/tags/list?n=1000`)).status).toBe(200)
})

test('returns 404 for the tags of an unknown repository', async () => {
  await start()
  expect(await registry.refusal('/v2/nobody/tags/list')).toEqual([404, 'NAME_UNKNOWN'])
})

async function refer(subject: string, artifactType: string, annotations: Record<string, string> = {}) {
  const descriptor = { mediaType: MediaType.ociManifest, digest: subject, size: 10 }
  const document = imageOf('layer', { artifactType, subject: descriptor, annotations })
  const digest = digestOf(JSON.stringify(document))
  return { digest, answer: await registry.put(digest, document) }
}

interface Index {
  readonly manifests: { readonly digest: string; readonly artifactType: string }[]
}

test('lists a manifest with a subject as its referrer', async () => {
  await start()
  const { digest: subject } = await pushImage(registry, '1.0')
  const { digest, answer } = await refer(subject, 'application/spdx+json', { 'org.example': 'sbom' })
  expect(answer.headers.get('oci-subject')).toBe(subject)
  const referrers = await registry.ask(`/v2/${REPOSITORY}/referrers/${subject}`)
  expect(referrers.headers.get('content-type')).toBe(MediaType.ociIndex)
  const bytes = await registry.store.manifests.bytes(digest)
  expect(await referrers.json()).toEqual({
    schemaVersion: 2,
    mediaType: MediaType.ociIndex,
    manifests: [
      {
        mediaType: MediaType.ociManifest,
        digest,
        size: bytes.length,
        artifactType: 'application/spdx+json',
        annotations: { 'org.example': 'sbom' },
      },
    ],
  })
})

test('filters referrers by type, and reports the filter', async () => {
  await start()
  const { digest: subject } = await pushImage(registry, '1.0')
  await refer(subject, 'a/b')
  const { digest } = await refer(subject, 'c/d')
  const answer = await registry.ask(`/v2/${REPOSITORY}/referrers/${subject}?artifactType=c/d`)
  expect(answer.headers.get('oci-filters-applied')).toBe('artifactType')
  expect(((await answer.json()) as Index).manifests.map((one) => one.digest)).toEqual([digest])
})

test('can list referrers in pages', async () => {
  await start({ referrersPerPage: 2 })
  const { digest: subject } = await pushImage(registry, '1.0')
  const pushed = await Promise.all(['a/1', 'a/2', 'a/3'].map((type) => refer(subject, type)))
  const found = await pages<Index>(`/v2/${REPOSITORY}/referrers/${subject}`)
  expect(found.map(({ manifests }) => manifests.length)).toEqual([2, 1])
  const digests = found.flatMap(({ manifests }) => manifests.map(({ digest }) => digest))
  expect(digests.sort()).toEqual(pushed.map(({ digest }) => digest).sort())
})

test('lists no referrers for an unknown digest or one without any', async () => {
  await start()
  const answer = await registry.ask(`/v2/${REPOSITORY}/referrers/${digestOf('unheard of')}`)
  expect([answer.status, await answer.json()]).toMatchObject([200, { manifests: [] }])
})

test('returns 404 without the referrers API, and no OCI-Subject header', async () => {
  await start({ referrersApi: false })
  const { digest: subject } = await pushImage(registry, '1.0')
  const { answer } = await refer(subject, 'a/b')
  expect([answer.status, answer.headers.get('oci-subject')]).toEqual([201, null])
  expect((await registry.ask(`/v2/${REPOSITORY}/referrers/${subject}`)).status).toBe(404)
})

test('lists repositories in the catalog', async () => {
  await start()
  await registry.upload('x', 'b/c')
  await registry.upload('x', 'b')
  expect(await (await registry.ask('/v2/_catalog')).json()).toEqual({ repositories: ['b', 'b/c'] })
})
