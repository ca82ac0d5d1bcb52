// Targets that limit pushes for longer than the retries last: the pair is deferred, and a later sync completes it.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JobEnd } from '../../copy/job.ts'
import { throttled } from '../../local/aws/call.ts'
import { createRegistries } from '../../registry/open.ts'
import { HOME, tagOf } from '../copy/aws.ts'
import { closureOf } from '../copy/images.ts'
import { startRegistry, type TestRegistry } from '../copy/registries.ts'
import { FROM, type SyncWorld, startSyncWorld } from './world.ts'

const NAME = 'mirror/app'
/** The wait for a limit without Retry-After. */
const THROTTLE_SECONDS = 60

let isLimited: boolean
let action: string | undefined
let target: TestRegistry
let world: SyncWorld
beforeEach(async () => {
  isLimited = true
  action = undefined
  target = await startRegistry()
  world = await startSyncWorld({
    onRequest: (call) => (isLimited && call.action === action ? throttled(call) : undefined),
  })
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
  await target[Symbol.asyncDispose]()
})

function expectDeferred({ result, transient }: JobEnd, { min, max }: { min: number; max: number }): void {
  expect(transient).toBeUndefined()
  expect(result.outcome).toMatchObject({ status: 'deferred', error: { name: 'RateLimited' } })
  expect(result.outcome.retryAfterSeconds).toBeGreaterThan(min)
  expect(result.outcome.retryAfterSeconds).toBeLessThanOrEqual(max)
  expect(result.tags).toMatchObject([{ tag: '1.0', status: 'deferred' }])
}

const STEPS = [
  ['the start of an upload', /^POST /],
  ['the bytes of a blob', /^(?:PUT|PATCH) .*\/blobs\/uploads\//],
  ['a manifest', /^PUT .*\/manifests\//],
] as const
const ANSWERS = [
  ['with Retry-After', 429, { 'retry-after': '3000' }, '', { min: 2_900, max: 3_000 }],
  ['without Retry-After', 429, {}, 'slow down', { min: THROTTLE_SECONDS - 1, max: THROTTLE_SECONDS }],
  [
    'by an error code alone',
    403,
    {},
    JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'too many pushes' }] }),
    { min: THROTTLE_SECONDS - 1, max: THROTTLE_SECONDS },
  ],
] as const
const LIMITS = STEPS.flatMap(([what, on]) =>
  ANSWERS.map(([how, ...answer]) => [what, how, on, answer] as const),
)

test.each(LIMITS)('a registry that limits %s, %s, defers its pair', async (_what, _how, on, answer) => {
  const [status, headers, body, waits] = answer
  const root = await world.image('1.0')
  target.breakWith((request, response) => {
    if (!isLimited || !on.test(`${request.method} ${request.url}`)) return false
    request.resume()
    response.writeHead(status, headers).end(body)
    return true
  })
  const order = world.order([tagOf('1.0', root)], {
    target: { id: 'harbor', kind: 'registry', registry: target.address, repository: NAME },
  })
  const end = await world.sync(order)
  expectDeferred(end, waits)
  expect(end.result.outcome.error?.message).toContain(target.address)
  expect([...(await target.store.tags.all(NAME)).keys()]).toEqual([])

  isLimited = false
  // A later build is a new process, which remembers no pause.
  await using later = await again(order)
  expect(later.end.result.outcome.status).toBe('synced')
  const wanted = await closureOf(world.upstream.store, FROM, root.digest)
  expect(await closureOf(target.store, NAME, root.digest)).toEqual(wanted)
})

async function again(order: ReturnType<SyncWorld['order']>) {
  const registries = createRegistries()
  const end = await world.sync(order, { registries })
  return { end, [Symbol.asyncDispose]: () => registries.close() }
}

test.each(['CreateRepository', 'InitiateLayerUpload', 'UploadLayerPart', 'PutImage'])(
  'ECR that throttles %s defers its pair',
  async (limited) => {
    action = limited
    const root = await world.image('1.0')
    const order = world.order([tagOf('1.0', root)])
    expectDeferred(await world.sync(order), { min: THROTTLE_SECONDS - 1, max: THROTTLE_SECONDS })
    isLimited = false
    await using later = await again(order)
    expect(later.end.result.outcome.status).toBe('synced')
    expect(await world.tagsIn(HOME)).toEqual({ '1.0': root.digest })
  },
)
