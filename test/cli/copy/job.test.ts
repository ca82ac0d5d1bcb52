// Copies by hand between real registries on loopback.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyCommand } from '../../../cli/copy/command.ts'
import { type JobParts, runJob } from '../../../cli/copy/job.ts'
import { showCopyProgress } from '../../../cli/copy/progress.ts'
import type { CopyDocument } from '../../../cli/copy/schema.ts'
import { openDockerConfig } from '../../../registry/credentials/docker-config.ts'
import { type Descriptor, listedIn } from '../../../registry/model/manifest.ts'
import { AMD64, closureOf, multiArch } from '../../copy/images.ts'
import { failing, impatient, layerOf, startRegistry, type TestRegistry } from '../../copy/registries.ts'
import { parsed } from '../parsed.ts'

const FROM = 'library/app'
const TO = 'mirror/app'
let source: TestRegistry
let targets: TestRegistry[]
let root: Descriptor
beforeEach(async () => {
  source = await startRegistry()
  targets = await Promise.all([startRegistry(), startRegistry(), startRegistry()])
  root = await multiArch(await source.build(FROM), '1.0')
})
afterEach(async () => {
  for (const registry of [source, ...targets]) await registry[Symbol.asyncDispose]()
})

async function copy(args: readonly string[], more: Partial<JobParts> = {}): Promise<CopyDocument> {
  const options = parsed(copyCommand, args)
  using progress = showCopyProgress({ write: () => {} })
  const config = openDockerConfig({ environment: {}, home: '/nowhere' })
  const { signal } = new AbortController()
  return runJob(options, { registries: impatient, config, progress, signal, ...more })
}

const at = (index: number): TestRegistry => targets[index] as TestRegistry
const from = (tag = ':1.0'): string => `${source.address}/${FROM}${tag}`
const to = (index: number, tag = ''): string => `${at(index).address}/${TO}${tag}`
const outcomes = ({ targets: reports }: CopyDocument): string[] => reports.map(({ outcome }) => outcome)

async function expectWhole(index: number, tag = '1.0', digest = root.digest): Promise<void> {
  expect(await at(index).store.tags.find(TO, tag)).toBe(digest)
  const wanted = await closureOf(source.store, FROM, digest)
  expect(await closureOf(at(index).store, TO, digest)).toEqual(wanted)
}

test('copies an image to one target, and reports the transfer', async () => {
  const document = await copy([from(), to(0)])
  await expectWhole(0)
  expect(document).toMatchObject({
    source: from(),
    dryRun: false,
    requests: { countedPulls: 3 },
    targets: [
      {
        target: to(0, ':1.0'),
        outcome: 'synced',
        bytes: expect.any(Number),
        blobs: { copied: 5, mounted: 0 },
        tags: [{ tag: '1.0', digest: root.digest, status: 'copied' }],
        warnings: [],
      },
    ],
  })
})

test('copies to several targets with one read of the source, each under its own tag', async () => {
  const document = await copy([from(), to(0), to(1, ':one'), to(2, ':two')])
  expect(outcomes(document)).toEqual(['synced', 'synced', 'synced'])
  await expectWhole(0)
  await expectWhole(1, 'one')
  await expectWhole(2, 'two')
  expect(source.count(/^GET .*\/blobs\//)).toBe(5)
  expect(document.requests.countedPulls).toBe(3)
})

test('makes no pull and no upload for an image at the target', async () => {
  await copy([from(), to(0), to(1)])
  for (const registry of [source, ...targets]) registry.forgetLog()
  const document = await copy([from(), to(0), to(1)])
  expect(outcomes(document)).toEqual(['inSync', 'inSync'])
  expect(document.requests.countedPulls).toBe(0)
  expect(source.count(/^GET .*\/(blobs|manifests)\//)).toBe(0)
  expect(source.count(/^HEAD .*\/manifests\/1\.0/)).toBe(1)
  for (const target of targets) expect(target.count(/^(POST|PUT|PATCH) /)).toBe(0)
  for (const index of [0, 1]) expect(at(index).count(/^HEAD .*\/manifests\/1\.0/)).toBe(1)
})

test('checks the targets while the source responds', async () => {
  const asked = Promise.all([0, 1].map((index) => firstRequest(at(index))))
  source.breakWith((request, response) => {
    if (request.url?.endsWith('/manifests/1.0') !== true) return false
    void asked.then(() => response.writeHead(404).end())
    return true
  })
  expect((await copy([from(), to(0), to(1)])).error?.name).toBe('SourceNotFound')
})

function firstRequest(registry: TestRegistry): Promise<void> {
  return new Promise((resolve) => {
    registry.breakWith(() => {
      resolve()
      return false
    })
  })
}

test('fails an unreachable target alone, in its place of the report', async () => {
  const document = await copy([from(), to(0), '127.0.0.1:1/gone', to(1)])
  expect(outcomes(document)).toEqual(['synced', 'failed', 'synced'])
  expect(document.targets[1]).toMatchObject({
    target: '127.0.0.1:1/gone:1.0',
    error: { name: 'RegistryUnavailable', message: expect.stringContaining('the connection was refused') },
  })
  await expectWhole(0)
  await expectWhole(1)
})

test('fails a target that denies access alone, with the reason', async () => {
  at(1).breakWith(failing(/^POST /, 403))
  const document = await copy([from(), to(0), to(1)])
  expect(outcomes(document)).toEqual(['synced', 'failed'])
  expect(document.targets[1]?.error?.name).toBe('AccessDenied')
})

test('reports the wait of a rate limit', async () => {
  at(0).breakWith((_, response) => {
    response.writeHead(429, { 'retry-after': '120' }).end()
    return true
  })
  const document = await copy([from(), to(0)])
  expect(document.targets[0]).toMatchObject({ outcome: 'deferred', error: { name: 'RateLimited' } })
  expect(document.targets[0]?.retryAfterSeconds).toBeGreaterThan(100)
})

test('reports what each target lacks in a dry run, and writes nothing', async () => {
  await copy([from(), to(0)])
  await multiArch(await at(1).build(TO), '1.0', { name: 'other' })
  for (const registry of [source, ...targets]) registry.forgetLog()
  const document = await copy(['--dry-run', from(), to(0), to(1), to(2)])
  expect(document.dryRun).toBe(true)
  expect(outcomes(document)).toEqual(['inSync', 'stale', 'missing'])
  expect(document.requests.countedPulls).toBe(0)
  for (const target of targets) expect(target.count(/^(PUT|POST|PATCH|DELETE) /)).toBe(0)
})

test('copies a signature with its image, also to a target with the image', async () => {
  await copy([from(), to(0)])
  const build = await source.build(FROM)
  const signature = await build.artifact(root, 'test/signature', { signed: true })
  expect((await copy(['--dry-run', from(), to(0)])).targets[0]).toMatchObject({
    outcome: 'stale',
    warnings: [expect.stringContaining(signature.digest)],
  })
  const document = await copy([from(), to(0), to(1)])
  expect(outcomes(document)).toEqual(['synced', 'synced'])
  for (const index of [0, 1]) {
    expect(await at(index).store.manifests.find(TO, signature.digest)).toBeDefined()
  }
})

test('copies no artifacts with --no-artifacts', async () => {
  const build = await source.build(FROM)
  const signature = await build.artifact(root, 'test/signature', { signed: true })
  await copy(['--no-artifacts', from(), to(0)])
  await expectWhole(0)
  expect(await at(0).store.manifests.find(TO, signature.digest)).toBeUndefined()
  expect(source.count(/referrers|\.sig/)).toBe(0)
})

test.each([401, 403, 422, 500, 503])(
  'copies with a warning from a source that answers %i to the request for artifacts',
  async (status) => {
    source.breakWith(failing(/\/referrers\//, status))
    const document = await copy([from(), to(0)])
    await expectWhole(0)
    expect(document.warning).toContain(`does not list all signatures and other artifacts of ${root.digest}`)
    expect(document.targets[0]?.warnings).toEqual([document.warning])
  },
)

test('copies artifacts of the platforms of an index, and makes no pull for an unchanged copy', async () => {
  const build = await source.build(FROM)
  const [amd64, arm64] = listedIn({ ...root, bytes: await source.store.manifests.bytes(root.digest) })
  if (amd64 === undefined || arm64 === undefined) throw new Error('it has two platforms')
  const sbom = await build.artifact(amd64, 'application/spdx+json', {})
  const signature = await build.image(AMD64, [layerOf('signature')])
  const tag = `${arm64.digest.replace(':', '-')}.sig`
  await build.tag(tag, signature)
  expect(outcomes(await copy([from(), to(0)]))).toEqual(['synced'])
  const repository = await at(0).open(TO)
  expect(await repository.referrers(amd64.digest)).toMatchObject([{ digest: sbom.digest }])
  expect(await at(0).store.tags.find(TO, tag)).toBe(signature.digest)
  const again = await copy([from(), to(0)])
  expect(outcomes(again)).toEqual(['inSync'])
  expect(again.requests.countedPulls).toBe(0)
})

test('copies all tags with one upload of shared content', async () => {
  const second = await multiArch(await source.build(FROM), '2.0')
  const document = await copy(['--all-tags', from(''), to(0)])
  expect(document.targets[0]?.tags.map(({ tag }) => tag)).toEqual(['1.0', '2.0'])
  await expectWhole(0)
  await expectWhole(0, '2.0', second.digest)
  expect(at(0).count(/^PUT .*\/blobs\//)).toBe(7)
})

test.each([
  ['that has none', FROM, 'has no tags'],
  ['that is not there', 'library/gone', 'does not exist, or needs credentials'],
])('fails with the reason for all tags of a repository %s', async (_, repository, words) => {
  await source.store.tags.delete(FROM, '1.0')
  const document = await copy(['--all-tags', `${source.address}/${repository}`, to(0)])
  expect(document.error).toMatchObject({ name: 'SourceNotFound', message: expect.stringContaining(words) })
  expect(outcomes(document)).toEqual(['failed'])
})

test.each([
  [':3.0', 'SourceNotFound', 'has no tag "3.0"'],
  [`:1.0@sha256:${'0'.repeat(64)}`, 'SourceNotFound', 'has no sha256:0000'],
  [`@sha256:${'0'.repeat(64)}`, 'SourceNotFound', 'has no sha256:0000'],
])('reports %s at the source once, and fails every target', async (tag, name, words) => {
  const document = await copy([from(tag), to(0, ':x'), to(1, ':x')])
  expect(document.error).toMatchObject({ name, message: expect.stringContaining(words) })
  expect(outcomes(document)).toEqual(['failed', 'failed'])
})

test('copies a digest without a tag', async () => {
  const document = await copy([from(`@${root.digest}`), to(0)])
  expect(outcomes(document)).toEqual(['synced'])
  expect(await closureOf(at(0).store, TO, root.digest)).toContain(root.digest)
  expect(await at(0).store.tags.all(TO)).toEqual(new Map())
})

test('reports on an interrupt that a rerun continues', async () => {
  const stop = new AbortController()
  at(0).breakWith((request) => {
    if (request.method !== 'PUT') return false
    stop.abort('SIGINT')
    return true
  })
  const document = await copy([from(), to(0)], { signal: stop.signal })
  expect(document.targets[0]).toMatchObject({ outcome: 'failed', error: { name: 'Interrupted' } })
  expect(await at(0).store.tags.find(TO, '1.0')).toBeUndefined()
})

test('some platforms become an index of their own at every target, and a second copy moves nothing', async () => {
  const platform = '--platform=linux/amd64'
  const document = await copy([platform, from(), to(0), to(1)])
  expect(outcomes(document)).toEqual(['synced', 'synced'])
  const digest = (await at(0).store.tags.find(TO, '1.0')) as Descriptor['digest']
  expect(await at(1).store.tags.find(TO, '1.0')).toBe(digest)
  expect(digest).not.toBe(root.digest)
  const [amd64] = listedIn({ digest, bytes: await source.store.manifests.bytes(root.digest) })
  expect(listedIn({ digest, bytes: await at(0).store.manifests.bytes(digest) })).toEqual([amd64])
  await closureOf(at(0).store, TO, digest)
  // The index and its one platform, once for both targets.
  expect(document.requests.countedPulls).toBe(2)
  expect(outcomes(await copy([platform, from(), to(0), to(1)]))).toEqual(['inSync', 'inSync'])
  expect(outcomes(await copy([platform, '--dry-run', from(), to(0), to(2)]))).toEqual(['inSync', 'missing'])
})

test('one platform as a manifest is that of the source', async () => {
  const [amd64] = listedIn({ ...root, bytes: await source.store.manifests.bytes(root.digest) })
  await copy(['--platform', 'linux/amd64', '--as', 'manifest', from(), to(0)])
  expect(await at(0).store.tags.find(TO, '1.0')).toBe(amd64?.digest)
})

test('a platform that the source lacks fails, and is told what there is', async () => {
  const document = await copy(['--platform', 'linux/s390x', from(), to(0)])
  expect(document.error).toEqual({
    name: 'SourceNotFound',
    message: `${source.address}/${FROM} lacks linux/s390x; its platforms are: linux/amd64, linux/arm64`,
  })
  expect(await at(0).store.repositories.has(TO)).toBe(false)
})

test('a signature of the whole index is told to stay behind', async () => {
  const build = await source.build(FROM)
  await build.artifact(root, 'application/vnd.example.signature', {})
  const { targets: reports } = await copy(['--platform', 'linux/amd64', from(), to(0)])
  expect(reports[0]).toMatchObject({
    outcome: 'synced',
    warnings: [expect.stringContaining('1 signature or other artifact of whole indexes stay behind')],
  })
})
