// Resolve, called as by Lambda, with a real registry and S3 over HTTP.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Ecr, startEcr } from '../../local/aws/ecr.ts'
import { type ImageItem, pointerSchema } from '../../mirror/contract.ts'
import { type Resolved, resolvedSchema } from '../../mirror/documents.ts'
import { resolvedKey } from '../../mirror/keys.ts'
import { readCredentials } from '../../registry/credentials/secret.ts'
import { createRegistries } from '../../registry/open.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { itemsOf } from '../mirror/lists.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { invoke, invokeAndFail, linesOf, muteConsole } from './invoke.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const ARM = { os: 'linux', architecture: 'arm64' }

let s3: LocalS3
let upstream: Upstream
let secrets: Ecr
let dir: string
let handler: typeof import('../../lambdas/resolve.ts').handler

beforeAll(async () => {
  s3 = await startS3()
  upstream = await startUpstream()
  muteConsole()
  Object.assign(process.env, { WORK_BUCKET: 'work', POWERTOOLS_DEV: 'true' })
  dir = await mkdtemp(join(tmpdir(), 'secrets-'))
  const secretsFile = join(dir, 'secrets.json')
  await writeFile(
    secretsFile,
    JSON.stringify({ 'mirror/upstream': { username: 'mirror', accessToken: 's3cret' } }),
  )
  secrets = await startEcr({ dir, account: '123456789012', regions: ['us-east-1'], secretsFile })
  Object.assign(process.env, { AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint })
  ;({ handler } = await import('../../lambdas/resolve.ts'))
})
afterAll(async () => {
  await upstream.close()
  await secrets.close()
  await s3.stop()
  await rm(dir, { recursive: true, force: true })
})

function inputOf(image: Parameters<typeof itemsOf>[0]['images'][number]): { run: object; image: ImageItem } {
  const [item] = itemsOf({ regions: ['us-east-1'], images: [image] })
  if (item === undefined) throw new Error('an image is planned')
  return { run: { name: 'run-1', dryRun: false }, image: item }
}

async function resolve(image: Parameters<typeof inputOf>[0]): Promise<Resolved> {
  const pointer = pointerSchema.parse(await invoke(handler, inputOf(image)))
  const resolved = await openWorkBucket('work').readJson(pointer.key, resolvedSchema)
  expect(pointer.count).toBe(resolved.tags.length)
  return resolved
}

test('finds tags and artifacts with HEADs, and pulls an index only in the first run', async () => {
  const app = await upstream.fill('team/app')
  const index = await app.index([await app.image(ARM, [])])
  await app.tag('1.0', index)
  const sbom = await app.artifact(index, 'application/spdx+json', { name: 'app' })
  const signature = await app.artifact(index, 'application/vnd.cosign', {})
  const sig = `${index.digest.replace(':', '-')}.sig`
  await app.tag(sig, signature)
  upstream.takeRequests()

  const pulls = () =>
    upstream.takeRequests().filter((request) => request.startsWith('GET') && request.includes('/manifests/'))
  await resolve(`${upstream.registry}/team/app:1.0`)
  expect(pulls()).toEqual([`GET /v2/team/app/manifests/${index.digest}`])
  const { tags, artifacts } = await resolve(`${upstream.registry}/team/app:1.0`)
  expect(tags).toEqual([{ tag: '1.0', digest: index.digest, mediaType: index.mediaType, size: index.size }])
  expect(new Set(artifacts.map(({ tag, digest }) => [tag, digest].join(' ')))).toEqual(
    new Set([` ${sbom.digest}`, `${sig} ${signature.digest}`]),
  )
  expect(pulls()).toEqual([])
})

test('names the run and the image in every line of the log', async () => {
  vi.clearAllMocks()
  await resolve(`${upstream.registry}/team/app:1.0`)
  await invokeAndFail(handler, inputOf(`${upstream.registry}/team/none:1`))
  const lines = linesOf('info', 'warn', 'error')
  expect(lines.map(({ level }) => level)).toEqual(expect.arrayContaining(['INFO', 'ERROR']))
  for (const line of lines) {
    expect(line).toMatchObject({
      service: 'image-mirror',
      run: 'run-1',
      id: expect.stringMatching(/^00001-/),
    })
    expect(line.image).toContain(upstream.registry)
  }
})

test('selects tags of the registry by a pattern', async () => {
  const app = await upstream.fill('team/many')
  const image = await app.image(ARM, [])
  for (const tag of ['1.0', '1.1', '1.1-rc', '2.0']) await app.tag(tag, image)
  const { tags } = await resolve({
    source: `${upstream.registry}/team/many`,
    tags: { include: ['/^1\\./'], exclude: ['/-rc/'] },
  })
  expect(tags.map(({ tag }) => tag)).toEqual(['1.0', '1.1'])
})

test('of the newest versions, a dry run says which tags each stage dropped', async () => {
  const app = await upstream.fill('team/versions')
  const image = await app.image(ARM, [])
  for (const tag of ['v1.0.0', 'v1.1.0', 'v1.2.0-rc.1', 'v1.2.0', 'latest', 'v1.2.0-alpine'])
    await app.tag(tag, image)
  const input = inputOf({
    source: `${upstream.registry}/team/versions`,
    tags: { semver: '>=1.1', latest: 1 },
  })
  const pointer = pointerSchema.parse(await invoke(handler, { ...input, run: { name: 'dry', dryRun: true } }))
  const { tags, selection, notes, warnings } = await openWorkBucket('work').readJson(
    pointer.key,
    resolvedSchema,
  )
  expect(tags.map(({ tag }) => tag)).toEqual(['v1.2.0'])
  expect(selection).toMatchObject({ listed: 6, selected: 1 })
  expect(warnings).toBeUndefined()
  expect(notes).toEqual([
    `of the 6 tags of ${upstream.registry}/team/versions, 1 is selected; 1 is no version: latest; 1 is of another variant: v1.2.0-alpine; 1 is a prerelease: v1.2.0-rc.1; 1 is outside the range: v1.0.0; 1 is older than the latest: v1.1.0`,
  ])
})

test('immutable tags are asked for by their first run alone, artifacts included', async () => {
  const app = await upstream.fill('team/immutable')
  for (const tag of ['v1', 'v2']) {
    const index = await app.index([await app.image(ARM, []), await app.image({ ...ARM, variant: tag }, [])])
    await app.tag(tag, index)
    await app.artifact(index, 'application/spdx+json', { tag })
  }
  const named = { include: ['v1', 'v2'], immutable: ['/^v\\d/'] }
  const source = `${upstream.registry}/team/immutable`
  const first = await resolve({ source, tags: named })
  upstream.takeRequests()
  const second = await resolve({ source, tags: named })
  expect(second.tags).toEqual(first.tags.map(({ data: _, ...tag }) => tag))
  expect([first.artifacts, second.artifacts]).toEqual([
    second.artifacts,
    expect.objectContaining({ length: 2 }),
  ])
  expect(upstream.takeRequests()).toEqual([])
})

test('an immutable tag of which only some platforms are wanted is asked for once per choice of platforms', async () => {
  const app = await upstream.fill('team/immutable-platforms')
  const amd = { os: 'linux', architecture: 'amd64' }
  const images = [await app.image(ARM, []), await app.image(amd, [])]
  await app.tag('v1', await app.index(images))
  for (const image of images) await app.artifact(image, 'application/spdx+json', {})
  const tags = { include: ['v1'], immutable: ['/^v\\d/'] }
  const one = { source: `${upstream.registry}/team/immutable-platforms`, tags, platforms: ['linux/amd64'] }
  const first = await resolve(one)
  upstream.takeRequests()
  expect(await resolve(one)).toMatchObject({
    tags: [{ digest: first.tags[0]?.digest }],
    artifacts: first.artifacts,
  })
  expect(upstream.takeRequests()).toEqual([])
  const { artifacts } = await resolve({ ...one, platforms: ['linux/arm64'] })
  expect(artifacts.map(({ subject }) => subject)).toEqual([images[0]?.digest])
})

test('the newest by date are chosen by what the configs say, which is read once', async () => {
  const app = await upstream.fill('team/dated')
  for (const [tag, day] of [
    ['blue', '05'],
    ['green', '09'],
    ['red', '07'],
  ] as const) {
    const config = await app.blob(
      'application/vnd.oci.image.config.v1+json',
      JSON.stringify({ created: `2026-01-${day}T00:00:00Z` }),
    )
    await app.tag(
      tag,
      await app.manifest({ mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers: [] }),
    )
  }
  const image = { source: `${upstream.registry}/team/dated`, tags: { latest: 2, by: 'date' as const } }
  const reads = () =>
    upstream.takeRequests().filter((request) => request.startsWith('GET') && /blobs|manifests/.test(request))
  upstream.takeRequests()
  expect((await resolve(image)).tags.map(({ tag }) => tag)).toEqual(['green', 'red'])
  expect(reads()).toHaveLength(6)
  expect((await resolve(image)).tags.map(({ tag }) => tag)).toEqual(['green', 'red'])
  expect(reads()).toEqual([])
})

test.each([
  ['a tag that is not there', 'team/app:1.1', 'SourceNotFound', 'has no tag "1.1" (the closest is 1.0)'],
  ['a repository that is not there', 'team/none:1', 'SourceNotFound', 'does not exist, or needs credentials'],
])('fails for %s', async (_, image, name, complaint) => {
  const error = await invokeAndFail(handler, inputOf(`${upstream.registry}/${image}`))
  expect(error.name).toBe(name)
  expect(error.message).toContain(complaint)
})

test.each([
  ['credentials that are not enough', { status: 403 }, 'AccessDenied'],
  // The last test, because the client then pauses requests to this host.
  ['a long rate limit', { status: 429, headers: { 'retry-after': '3600' } }, 'RateLimited'],
])('fails for %s', async (_, refusal, name) => {
  upstream.refuseWith(refusal)
  const error = await invokeAndFail(handler, inputOf(`${upstream.registry}/team/app:1.0`))
  upstream.refuseWith(undefined)
  expect(error.name).toBe(name)
  expect(error.message).toContain(upstream.registry)
})

test('leaves a wait of some seconds to the workflow', async () => {
  const busy = await startUpstream()
  busy.refuseWith({ status: 429, headers: { 'retry-after': '6' } })
  const error = await invokeAndFail(handler, inputOf(`${busy.registry}/team/app:1.0`))
  expect(error.name).toBe('RateLimited')
  expect(busy.takeRequests()).toHaveLength(1)
  await busy.close()
})

test('keeps resolved tags and failures at a rate limit, and asks for the rest in the next try', async () => {
  const { resolve } = await import('../../lambdas/resolve.ts')
  const busy = await startUpstream()
  const app = await busy.fill('team/app')
  const image = await app.image(ARM, [])
  const tags = Array.from({ length: 20 }, (_, index) => `1.${index}`)
  for (const tag of tags) await app.tag(tag, image)
  const { image: item } = inputOf({
    source: `${busy.registry}/team/app`,
    tags: { include: [...tags, '2.0'] },
  })
  const store = openWorkBucket('work')
  /** Runs Resolve in a separate process, which knows of no rate limit, and returns the requested tags. */
  async function attempt() {
    const registries = createRegistries({ retry: { attempts: 1, patienceMs: 0 } })
    const work = resolve(
      { run: { name: 'limited', dryRun: false }, image: item },
      { store, registries, readCredentials },
    )
    const [ended] = await Promise.allSettled([work])
    await registries.close()
    const asked = busy.takeRequests().filter((request) => /^HEAD .*\/1\.\d+$/.test(request))
    return { ended, asked }
  }

  busy.refuseWith({ status: 429, headers: { 'retry-after': '6' } }, /\/1\.15$/)
  const first = await attempt()
  expect(first.ended).toMatchObject({ status: 'rejected', reason: { kind: 'rateLimited' } })
  expect(first.asked.length).toBeGreaterThan(10)

  busy.refuseWith(undefined)
  const second = await attempt()
  const resolved = await store.readJson(resolvedKey('limited', item.id), resolvedSchema)
  expect(resolved.tags.map(({ tag }) => tag)).toEqual(tags)
  expect(resolved.failed).toMatchObject([{ tag: '2.0', name: 'SourceNotFound' }])
  expect(new Set([...first.asked, ...second.asked]).size).toBe(20)
  expect(second.asked.length).toBeLessThan(10)
  await busy.close()
})

test('reads a private registry with the credentials of a secret', async () => {
  const closed = await startUpstream()
  const app = await closed.fill('team/app')
  await app.tag('1.0', await app.image(ARM, []))
  closed.requireUser('mirror', 's3cret')
  const source = `${closed.registry}/team/app:1.0`
  expect((await resolve({ source, credentials: 'mirror/upstream' })).tags).toHaveLength(1)
  const listed = { source: `${closed.registry}/team/app`, tags: { include: ['/^1/'] } }
  expect((await resolve({ ...listed, credentials: 'mirror/upstream' })).tags).toHaveLength(1)
  expect((await invokeAndFail(handler, inputOf(source))).name).toBe('AccessDenied')
  const without = await invokeAndFail(handler, inputOf({ source, credentials: 'mirror/none' }))
  expect([without.name, without.message]).toEqual([
    'AccessDenied',
    expect.stringContaining('the secret mirror/none'),
  ])
  expect(without.message).not.toContain('s3cret')
  await closed.close()
})

test('fails for a target name that ECR refuses, before any request to the source', async () => {
  upstream.takeRequests()
  const image = { source: `${upstream.registry}/team/app`, repository: 'Team/App' }
  const error = await invokeAndFail(handler, inputOf(image))
  expect(error.name).toBe('InvalidTarget')
  expect(error.message).toContain('such as "team/app"')
  expect(upstream.takeRequests()).toEqual([])
})
