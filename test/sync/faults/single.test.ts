// Each fault of a list that trips the field's other copiers, once: the copy succeeds, and little is sent twice.
import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builder } from '../../../local/upstream/builder.ts'
import type { Descriptor } from '../../../registry/manifest.ts'
import { copyTag } from '../../../sync/copy.ts'
import { createLimit } from '../../../sync/limit.ts'
import { createPlaces } from '../../../sync/places.ts'
import { createTarget } from '../../../sync/target.ts'
import {
  type Action,
  afterBytes,
  answer,
  closeAfter,
  cut,
  flip,
  refuse,
  reset,
  resetAfter,
  stallAfter,
} from '../../support/actions.ts'
import { STALL_MS, testClient } from '../../support/client.ts'
import type { When } from '../../support/faults.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { lineOfMessage } from '../../support/recorder.ts'
import { type TokenAuth, tokenAuth } from '../../support/token-auth.ts'
import { AMD64, closureOf } from '../images.ts'
import { FROM, TO } from '../pair.ts'
import { layerOf } from '../registries.ts'

const LAYERS = 8
const SIZE = 300_000
const HALF = SIZE / 2

const MANIFEST = /^GET .*\/manifests\//
const BLOB = /^GET .*\/blobs\//
/** Not the config, which is too small for what happens in the middle of a blob. */
const LAYER = (request: IncomingMessage): boolean =>
  BLOB.test(lineOfMessage(request)) && request.url?.includes(config.digest) === false
const SESSION = /^POST .*\/blobs\/uploads\//
const DATA = /^(PUT|PATCH) .*\/blobs\/uploads\//
const TAG = /^PUT .*\/manifests\//

const slowDown = (headers = {}): Action => refuse(429, 'TOOMANYREQUESTS', 'slow down', headers)
const inTwoSeconds = slowDown({ 'retry-after': '2' })
const later = answer(503)

interface Side {
  readonly registry: FaultyRegistry
  readonly auth: TokenAuth
}

let source: Side
let target: Side
let root: Descriptor
let config: Descriptor
beforeEach(async () => {
  source = await startSide()
  target = await startSide()
  await source.registry.store.repositories.create(FROM)
  const layers = Array.from({ length: LAYERS }, (_, index) => layerOf(`layer ${index}`, SIZE))
  const { store } = source.registry
  root = await builder(store, FROM).image(AMD64, layers)
  config = JSON.parse(String(await store.manifests.bytes(root.digest))).config
})
afterEach(async () => {
  for (const { registry } of [source, target]) await registry[Symbol.asyncDispose]()
})

async function startSide(): Promise<Side> {
  const auth = tokenAuth()
  return { registry: await startFaultyRegistry({ quirks: { auth } }), auth }
}

async function copy(): Promise<void> {
  await using client = testClient({ timeouts: { stallMs: STALL_MS } })
  const repository = await client.open(target.registry.address, TO)
  const context = {
    places: createPlaces([() => client.open(source.registry.address, FROM)]),
    target: createTarget(repository),
    limit: createLimit(),
  }
  await copyTag(context, { tag: '1.0', root, artifacts: [] })
}

async function expectSurvived(): Promise<void> {
  await copy()
  const { store } = target.registry
  expect(await store.tags.find(TO, '1.0')).toBe(root.digest)
  expect(await closureOf(store, TO, root.digest)).toHaveLength(LAYERS + 2)
}

/** Bytes of layers that the target received, beyond those that it had to. */
function sentTwice(): number {
  const received = target.registry.matching(DATA).reduce((sum, request) => sum + request.received(), 0)
  return received - LAYERS * SIZE - config.size
}

const once = (on: When['on']): When => ({ on })

describe.each<[string, () => Side, When, Action]>([
  ['429 with Retry-After on a source manifest', () => source, once(MANIFEST), inTwoSeconds],
  ['429 with Retry-After on one source blob', () => source, once(BLOB), inTwoSeconds],
  ['429 without Retry-After on one source blob', () => source, once(BLOB), slowDown()],
  ['429 with Retry-After on eight source blobs', () => source, { on: BLOB, times: 8 }, inTwoSeconds],
  ['503 on one source blob', () => source, once(BLOB), later],
  ['a reset in a source blob', () => source, once(LAYER), resetAfter(HALF)],
  ['a connection closed in a source blob', () => source, once(LAYER), closeAfter(HALF)],
  ['the same reset three times', () => source, { on: LAYER, times: 3 }, resetAfter(HALF)],
  ['200 with a body cut to a matching length', () => source, once(LAYER), cut(HALF)],
  ['one flipped bit', () => source, once(LAYER), flip(HALF)],
  ['429 on the upload session', () => target, once(SESSION), slowDown()],
  ['429 on the data', () => target, once(DATA), slowDown()],
  ['503 on the data', () => target, once(DATA), later],
  ['a reset in the data', () => target, once(DATA), afterBytes(HALF, reset)],
  ['503 on the commit', () => target, { on: DATA, skip: 3 }, afterBytes(SIZE, later)],
  ['429 on the manifest', () => target, once(TAG), slowDown()],
  ['503 on the manifest', () => target, once(TAG), later],
  ['500 on HEAD of a blob', () => target, once(/^HEAD .*\/blobs\//), answer(500)],
  ['the token server fails once', () => source, once(/^(GET|POST) \/token/), later],
  ['a stall in a blob', () => source, once(LAYER), stallAfter(HALF)],
])('%s', (_name, side, when, action) => {
  test('is survived, and costs the broken part at most', async () => {
    side().registry.faults.add(when, action)
    await expectSurvived()
    expect(side().registry.faults.struck()).toBe(when.times ?? 1)
    expect(sentTwice()).toBeLessThanOrEqual(SIZE)
  })
})

describe.each<[string, () => Side, RegExp]>([
  ['source', () => source, BLOB],
  ['target', () => target, DATA],
])('a token of the %s that is revoked midway', (_name, side, on) => {
  test('is renewed', async () => {
    const { registry, auth } = side()
    let revoked = 0
    registry.faults.add({ on, skip: 2 }, (request, response, handler) => {
      revoked++
      auth.revoke()
      handler(request, response)
    })
    await expectSurvived()
    expect(revoked).toBe(1)
  })
})

test('a bit that is flipped in every answer is refused, and leaves no tag behind', async () => {
  source.registry.faults.add({ on: BLOB, times: Number.POSITIVE_INFINITY }, flip(100))
  await expect(copy()).rejects.toMatchObject({ kind: 'invalidContent' })
  expect(await target.registry.store.tags.all(TO)).toEqual(new Map())
})

test('a source that stalls for good is given up in bounded time', async () => {
  source.registry.faults.add({ on: BLOB, times: Number.POSITIVE_INFINITY }, stallAfter(100))
  const started = performance.now()
  await expect(copy()).rejects.toMatchObject({ kind: 'unavailable' })
  // Six tries, each of which waits for bytes as long as the limit allows; the waits between them are virtual.
  expect(performance.now() - started).toBeLessThan(6 * STALL_MS * 1.1 + 2_000)
})

describe.each([400, 401, 403, 404])('a permanent %i', (status) => {
  test('on a manifest costs one try', async () => {
    source.registry.faults.add({ on: MANIFEST, times: Number.POSITIVE_INFINITY }, answer(status))
    await expect(copy()).rejects.toThrow()
    // A refused token is renewed once.
    expect(source.registry.matching(MANIFEST).length).toBeLessThanOrEqual(
      status === 401 || status === 403 ? 3 : 1,
    )
    expect(await target.registry.store.tags.all(TO)).toEqual(new Map())
  })
})
