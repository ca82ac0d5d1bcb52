import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore, type Store } from '../../../local/aws/registry/store/store.ts'
import { fillUpstream } from '../../../local/upstream/fill.ts'
import { hasPlatforms } from '../../../local/upstream/platforms.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { platformName } from '../../../mirror/platforms/platform.ts'
import { contentOf, type Descriptor } from '../../../registry/model/manifest.ts'

let dir: string
let store: Store

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'upstream-'))
  store = await openStore(dir)
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const list = (...images: unknown[]) =>
  parseList(JSON.stringify({ regions: ['us-east-1'], images }), 'list.json')

async function read(repository: string, digest: Descriptor['digest']) {
  const record = await store.manifests.find(repository, digest)
  if (!record) throw new Error(`${repository} has no ${digest}`)
  return { ...record, bytes: await store.manifests.bytes(digest) }
}

/** All manifests and blobs under a digest, each verified. */
async function closure(repository: string, digest: Descriptor['digest']): Promise<Descriptor[]> {
  const { manifests, blobs } = contentOf(await read(repository, digest))
  for (const blob of blobs) {
    const bytes = await store.blobs.readBytes(blob.digest)
    expect(await store.blobs.size(repository, blob.digest)).toBe(blob.size)
    expect(
      `sha256:${createHash('sha256')
        .update(bytes ?? '')
        .digest('hex')}`,
    ).toBe(blob.digest)
  }
  const below = await Promise.all(manifests.map((child) => closure(repository, child.digest)))
  return [...blobs, ...below.flat()]
}

test('fills every tag of every sample with complete content', async () => {
  const filled = await fillUpstream(
    store,
    list(
      'docker.io/library/redis:7.4',
      'quay.io/prometheus/node-exporter:v1.8.2',
      'ghcr.io/fluxcd/source-controller:v1.4.1',
      'registry.k8s.io/pause:3.9',
      'public.ecr.aws/docker/library/busybox:1.36',
      'quay.io/team/own:3',
    ),
  )
  expect(filled).toHaveLength(6)
  for (const repository of filled) {
    const tags = await store.tags.all(repository)
    expect(tags.size, repository).toBeGreaterThan(0)
    for (const digest of tags.values()) expect(await closure(repository, digest)).not.toEqual([])
  }
})

test('writes nothing in a second call', async () => {
  const wanted = list('docker.io/library/redis:7.4')
  expect(await fillUpstream(store, wanted)).toEqual(['library/redis'])
  expect(await fillUpstream(store, wanted)).toEqual([])
})

test('adds a tag that the list names later', async () => {
  await fillUpstream(store, list('docker.io/library/redis:7.4'))
  const before = await store.tags.all('library/redis')
  expect(await fillUpstream(store, list('docker.io/library/redis:8.0'))).toEqual(['library/redis'])
  const { '8.0': added, ...others } = Object.fromEntries(await store.tags.all('library/redis'))
  expect(others).toEqual(Object.fromEntries(before))
  expect(await closure('library/redis', added ?? 'sha256:')).not.toEqual([])
})

test('creates the same digests in another store', async () => {
  const other = await openStore(join(dir, 'other'))
  const wanted = list('docker.io/library/redis:7.4')
  await fillUpstream(store, wanted)
  await fillUpstream(other, wanted)
  expect(await other.tags.all('library/redis')).toEqual(await store.tags.all('library/redis'))
})

test('shares a layer between the platforms of an index', async () => {
  await fillUpstream(store, list('docker.io/library/redis:7.4'))
  const index = await store.tags.find('library/redis', '7.4')
  if (!index) throw new Error('no tag')
  const blobs = (await closure('library/redis', index)).map(({ digest }) => digest)
  expect(new Set(blobs).size).toBeLessThan(blobs.length)
})

test('creates only the listed tags of an image that is not a sample', async () => {
  await fillUpstream(store, list({ source: 'quay.io/team/own', tags: { include: ['1', '2-slim'] } }))
  expect([...(await store.tags.all('team/own')).keys()]).toEqual(['1', '2-slim'])
})

test('creates several versions of an image with a tag pattern', async () => {
  await fillUpstream(store, list({ source: 'quay.io/team/own', tags: { include: ['/^1\\./'] } }))
  const matching = [...(await store.tags.all('team/own')).keys()].filter((tag) => tag.startsWith('1.'))
  expect(matching.length).toBeGreaterThan(1)
})

test.each([
  'docker.io/library/redis:7.4',
  'quay.io/prometheus/node-exporter:v1.8.2',
  'ghcr.io/fluxcd/source-controller:v1.4.1',
  'registry.k8s.io/pause:3.9',
  'public.ecr.aws/docker/library/busybox:1.36',
  'quay.io/team/own:3',
])('gives %s the platforms that the list names', async (source) => {
  await fillUpstream(store, list({ source, platforms: ['linux/amd64', 'linux/s390x', 'windows/amd64'] }))
  const [repository = ''] = await store.repositories.all()
  const tag = await store.tags.find(repository, source.split(':')[1] ?? '')
  const { manifests } = contentOf(await read(repository, tag ?? 'sha256:'))
  const names = manifests.map(({ platform }) => platformName(platform))
  expect(names).toEqual(expect.arrayContaining(['linux/amd64', 'linux/s390x', 'windows/amd64']))
  expect(new Set(names).size).toBe(names.length)
})

test.each([
  'docker.io/library/redis:7.4',
  'docker.io/library/redis:8.0',
  'public.ecr.aws/docker/library/busybox:1.36',
  'ghcr.io/fluxcd/source-controller:v1.4.1',
])('adds a platform of %s that the list names later, once', async (source) => {
  await fillUpstream(store, list(source))
  const wanted = list({ source, platforms: ['linux/riscv64'] })
  const [repository = ''] = await fillUpstream(store, wanted)
  const tag = await store.tags.find(repository, source.split(':')[1] ?? '')
  expect(await hasPlatforms(store, repository, tag ?? 'sha256:', ['linux/riscv64'])).toBe(true)
  expect(await fillUpstream(store, wanted)).toEqual([])
})

test('links a signature, an SBOM and its signature to their subjects', async () => {
  await fillUpstream(store, list('ghcr.io/fluxcd/source-controller:v1.4.1'))
  const repository = 'fluxcd/source-controller'
  const image = await store.tags.find(repository, 'v1.4.1')
  const records = await store.manifests.all(repository)
  const about = (subject: string | undefined) => records.filter((record) => record.subject === subject)
  const types = about(image).map(({ artifactType }) => artifactType)
  expect(types.sort()).toEqual(['application/spdx+json', 'application/vnd.dev.sigstore.bundle.v0.3+json'])
  const sbom = about(image).find(({ artifactType }) => artifactType === 'application/spdx+json')
  expect(about(sbom?.digest)).toHaveLength(1)
})

test('creates a complete index of an index', async () => {
  await fillUpstream(store, list('docker.io/library/redis:7.4'))
  const tags = await store.tags.all('library/redis')
  const [plain, nested] = await Promise.all(
    ['7.4', 'nested'].map((tag) => closure('library/redis', tags.get(tag) ?? 'sha256:')),
  )
  expect(nested).toEqual(plain)
})

test('creates layers as gzipped tar files', async () => {
  await fillUpstream(store, list('registry.k8s.io/pause:3.9'))
  const tag = await store.tags.find('pause', '3.9')
  if (!tag) throw new Error('no tag')
  const layers = (await closure('pause', tag)).filter(({ mediaType }) => mediaType.endsWith('tar.gzip'))
  const bytes = await store.blobs.readBytes(layers[0]?.digest ?? tag)
  expect(gunzipSync(bytes ?? '').toString('latin1')).toContain('bin/start')
})
