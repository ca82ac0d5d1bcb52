// Work orders on the embedded ECR: the content of the target, and the outcome of the job.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { throttled } from '../../local/aws/call.ts'
import type { EcrOptions } from '../../local/aws/ecr.ts'
import { syncResultSchema } from '../../mirror/documents.ts'
import { regionTarget } from '../../mirror/target.ts'
import { type Clock, systemClock } from '../../registry/model/clock.ts'
import { AWAY, HOME, REPOSITORY, SECRET, tagOf } from '../copy/aws.ts'
import { artifactOf, closureOf, multiArch } from '../copy/images.ts'
import { failing } from '../copy/registries.ts'
import { fakeClock } from '../support/clock.ts'
import { FROM, type SyncWorld, startSyncWorld } from './world.ts'

let world: SyncWorld
beforeEach(async () => {
  world = await startSyncWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

async function useAws(options: Partial<EcrOptions>): Promise<void> {
  await world[Symbol.asyncDispose]()
  world = await startSyncWorld(options)
}

test('copies every tag to a stale target, and reports it', async () => {
  const roots = await Promise.all(['1.0', '2.0'].map(world.image))
  const end = await world.sync(world.order(roots.map((root, index) => tagOf(`${index + 1}.0`, root))))
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': roots[0]?.digest, '2.0': roots[1]?.digest })
  const store = await world.aws.store(HOME)
  for (const { digest } of roots) {
    expect(await closureOf(store, REPOSITORY, digest)).toEqual(
      await closureOf(world.upstream.store, FROM, digest),
    )
  }
  expect(end.transient).toBeUndefined()
  expect(syncResultSchema.parse(end.result)).toMatchObject({
    outcome: { status: 'synced', warnings: 0, blobs: { copied: 7, mounted: 0 } },
    tags: [
      { tag: '1.0', status: 'copied' },
      { tag: '2.0', status: 'copied' },
    ],
    requests: { countedPulls: 6 },
  })
})

test('row 52: creates a missing repository with its settings', async () => {
  const root = await world.image('1.0')
  await world.sync(
    world.order([tagOf('1.0', root)], {
      settings: { repositories: { immutableTags: true, scanOnPush: true, tags: {} } },
    }),
  )
  const repository = await world.registries.ecr(HOME, REPOSITORY)
  await expect(repository.tagDigests(['1.0'])).resolves.toEqual(new Map([['1.0', root.digest]]))
  expect(world.aws.ecr.calls.filter(({ action }) => action === 'CreateRepository')).toHaveLength(1)
})

test('reads for the second region from the first one, not from upstream', async () => {
  const root = await world.image('1.0')
  await world.sync(world.order([tagOf('1.0', root)]))
  world.upstream.forgetLog()
  const readFrom = [
    { target: regionTarget(HOME), repository: REPOSITORY },
    ...world.order([]).readFrom,
  ] as const
  const order = world.order([tagOf('1.0', root)], {
    target: regionTarget(AWAY),
    readFrom: [...readFrom],
  })
  expect((await world.sync(order)).result.outcome.status).toBe('synced')
  expect(await world.tagsIn(AWAY)).toEqual({ '1.0': root.digest })
  expect(world.upstream.log()).toEqual([])
})

test('row 66: reads from upstream if the first region is down', async () => {
  await useAws({ onRequest: ({ region }) => (region === HOME ? { status: 503 } : undefined) })
  const root = await world.image('1.0')
  const order = world.order([tagOf('1.0', root)], {
    target: regionTarget(AWAY),
    readFrom: [{ target: regionTarget(HOME), repository: REPOSITORY }, ...world.order([]).readFrom],
  })
  expect((await world.sync(order)).result.outcome).toMatchObject({ status: 'synced' })
  expect(await world.tagsIn(AWAY)).toEqual({ '1.0': root.digest })
})

test('fails a tag alone and permanently if the source lacks it', async () => {
  const root = await world.image('1.0')
  const gone = { ...root, digest: `sha256:${'e'.repeat(64)}` } as const
  const end = await world.sync(world.order([tagOf('gone', gone), tagOf('1.0', root)]))
  expect(end.transient).toBeUndefined()
  expect(end.result.outcome).toMatchObject({ status: 'failed', error: { name: 'SourceNotFound' } })
  expect(end.result.tags.map(({ tag, status }) => [tag, status])).toEqual([
    ['gone', 'failed'],
    ['1.0', 'copied'],
  ])
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': root.digest })
})

test('row 51: accepts an immutable tag with the same digest, and reports another one once as a conflict', async () => {
  const settings = { repositories: { immutableTags: true, scanOnPush: true, tags: {} } }
  const first = await world.image('1.0')
  await world.sync(world.order([tagOf('1.0', first)], { settings }))
  expect((await world.sync(world.order([tagOf('1.0', first)], { settings }))).result.tags).toMatchObject([
    { status: 'present' },
  ])
  const other = await multiArch(await world.upstream.build(FROM), '1.0', { name: 'other' })
  const end = await world.sync(world.order([tagOf('1.0', other)], { settings }))
  expect(end.result.outcome).toMatchObject({ status: 'failed', error: { name: 'TagConflict' } })
  expect(end.transient).toBeUndefined()
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': first.digest })
})

test('defers by the Retry-After of the source', async () => {
  const root = await world.image('1.0')
  world.upstream.breakWith((request, response) => {
    if (!request.url?.includes('/manifests/')) return false
    response.writeHead(429, { 'retry-after': '3000' }).end()
    return true
  })
  const end = await world.sync(world.order([tagOf('1.0', root)]))
  expect(end.transient).toBeUndefined()
  expect(end.result.outcome).toMatchObject({ status: 'deferred', error: { name: 'RateLimited' } })
  expect(end.result.outcome.retryAfterSeconds).toBeGreaterThan(2_900)
  expect(end.result.outcome.retryAfterSeconds).toBeLessThanOrEqual(3_000)
  expect(end.result.tags).toMatchObject([{ tag: '1.0', status: 'deferred' }])
})

test('row 34: defers by the window of an exhausted pull quota', async () => {
  const root = await world.image('1.0')
  world.upstream.breakWith((request, response) => {
    if (request.method !== 'GET' || !request.url?.includes('/manifests/')) return false
    const message = 'You have reached your unauthenticated pull rate limit.'
    response.writeHead(429, { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' })
    response.end(JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message }] }))
    return true
  })
  const end = await world.sync(world.order([tagOf('1.0', root)]))
  expect(end.transient).toBeUndefined()
  expect(end.result.outcome).toMatchObject({ status: 'deferred', retryAfterSeconds: 3_600 })
  expect(end.result.outcome.error?.message).toContain('pull rate limit')
  expect(world.upstream.count(/GET .*\/manifests\//)).toBe(1)
})

test('fails the job for a retry if the source is down', async () => {
  const root = await world.image('1.0')
  world.upstream.breakWith(failing(/./, 503))
  const end = await world.sync(world.order([tagOf('1.0', root)]))
  expect(end.transient).toMatchObject({ kind: 'unavailable' })
  expect(end.result.outcome).toMatchObject({ status: 'failed', error: { name: 'RegistryUnavailable' } })
})

test('row 64: defers the job at its deadline, and the next job continues there', async () => {
  const [done, rest] = [await world.image('1.0'), await world.image('2.0')]
  const ofDone = [...(await closureOf(world.upstream.store, FROM, done.digest))]
  const isAboutDone = (url = '') => ofDone.some((digest) => url.endsWith(digest))
  const order = world.order([tagOf('1.0', done), tagOf('2.0', rest)])
  // The layers of one tag arrive, those of the other never do.
  world.upstream.breakWith(({ url }) => url?.includes('/blobs/') === true && !isAboutDone(url))
  const timeUp = Promise.withResolvers<void>()
  const sleep: Clock['sleep'] = (ms, signal) =>
    ms > 100_000 ? timeUp.promise : systemClock.sleep(ms, signal)
  const job = world.sync(order, { clock: { ...systemClock, sleep }, deadline: Date.now() + 780_000 })
  await vi.waitFor(async () => expect(await world.tagsIn(HOME)).toEqual({ '1.0': done.digest }), 60_000)
  timeUp.resolve()
  const { outcome, tags } = (await job).result
  expect(outcome).toMatchObject({ status: 'deferred', retryAfterSeconds: 1 })
  expect(tags).toContainEqual(expect.objectContaining({ tag: '2.0', status: 'deferred' }))
  world.upstream.breakWith(undefined)
  world.upstream.forgetLog()
  expect((await world.sync(order)).result.outcome.status).toBe('synced')
  expect(world.upstream.log().filter((line) => line.includes('/blobs/') && isAboutDone(line))).toEqual([])
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': done.digest, '2.0': rest.digest })
})

test('defers everything if the deadline passed before the start', async () => {
  const end = await world.sync(world.order([tagOf('1.0', await world.image('1.0'))]), {
    deadline: Date.now() - 1,
  })
  expect(end.result.outcome).toMatchObject({ status: 'deferred', retryAfterSeconds: 1 })
  expect(await world.tagsIn(HOME)).toEqual({})
})

test('reads credentials from the secret in the order', async () => {
  const root = await world.image('1.0')
  const seen = new Set<string | undefined>()
  world.upstream.breakWith((request, response) => {
    seen.add(request.headers.authorization)
    if (request.headers.authorization !== undefined) return false
    response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end()
    return true
  })
  const [place] = world.order([]).readFrom
  const readFrom = [{ ...(place as { registry: string; repository: string }), credentials: SECRET }]
  const end = await world.sync(world.order([tagOf('1.0', root)], { readFrom }))
  expect(end.result.outcome.status).toBe('synced')
  expect(seen).toContain(`Basic ${Buffer.from('reader:hunter2').toString('base64')}`)
})

test('fails permanently for a missing secret, and names it', async () => {
  const root = await world.image('1.0')
  const readFrom = [{ registry: world.upstream.address, repository: FROM, credentials: 'no-such-secret' }]
  const end = await world.sync(world.order([tagOf('1.0', root)], { readFrom }))
  expect(end.result.outcome).toMatchObject({ status: 'failed', error: { name: 'AccessDenied' } })
  expect(end.result.outcome.error?.message).toContain('no-such-secret')
})

test('copies a signature alone if the target has its image', async () => {
  const build = await world.upstream.build(FROM)
  const root = await world.image('1.0')
  await world.sync(world.order([tagOf('1.0', root)]))
  const signature = await build.artifact(root, 'application/vnd.dev.sigstore.bundle.v0.3+json', {})
  const end = await world.sync(world.order([], { artifacts: [artifactOf(signature, root)] }))
  expect(end.result).toMatchObject({ outcome: { status: 'synced' }, tags: [] })
  const repository = await world.registries.ecr(HOME, REPOSITORY)
  expect((await repository.referrers(root.digest)).map(({ digest }) => digest)).toEqual([signature.digest])
})

test('fails every tag if the repository may not be created', async () => {
  await useAws({
    onRequest: ({ action }) =>
      action === 'CreateRepository'
        ? {
            status: 400,
            body: '{"__type":"AccessDeniedException","message":"no identity-based policy allows it"}',
          }
        : undefined,
  })
  const end = await world.sync(world.order([tagOf('1.0', await world.image('1.0'))]))
  expect(end.result.outcome).toMatchObject({ status: 'failed', error: { name: 'AccessDenied' } })
  expect(world.upstream.log()).toEqual([])
})

test('fails an order for artifacts alone if the target is down', async () => {
  await useAws({ onRequest: () => ({ status: 503 }) })
  const build = await world.upstream.build(FROM)
  const root = await world.image('1.0')
  const signature = await build.artifact(root, 'application/vnd.dev.sigstore.bundle.v0.3+json', {})
  const end = await world.sync(world.order([], { artifacts: [artifactOf(signature, root)] }))
  expect(end.result.outcome).toMatchObject({ status: 'failed' })
  expect(end.transient).toBeDefined()
})

test.each([
  ['uses the whole PUT limit while ECR does not throttle', 0, 1_000],
  ['uses its share of the PUT limit once ECR throttles', 1, 10_000],
])('%s', async (_, throttles, rest) => {
  let left = throttles
  await useAws({
    onRequest: (call) => (call.action === 'PutImage' && left-- > 0 ? throttled(call) : undefined),
  })
  const clock = fakeClock()
  const tags = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => tagOf(`${index}`, await world.image(`${index}`))),
  )
  const end = await world.sync(world.order(tags), { clock, writers: 10 })
  expect(end.result.outcome.status).toBe('synced')
  expect(Math.max(...clock.slept)).toBe(rest)
})

test('row 36: puts fewer than ten manifests a second, the limit of ECR', async () => {
  await useAws({ putImagesPerSecond: 10 })
  const tags = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => tagOf(`${index}`, await world.image(`${index}`))),
  )
  const end = await world.sync(world.order(tags))
  expect(end.result.outcome.status).toBe('synced')
  const puts = world.aws.ecr.calls
    .filter(({ action }) => action === 'PutImage')
    .map(({ at }) => Date.parse(at))
  const busiest = Math.max(...puts.map((from) => puts.filter((at) => at >= from && at < from + 1_000).length))
  expect(puts).toHaveLength(24)
  expect(busiest).toBeLessThanOrEqual(10)
})
