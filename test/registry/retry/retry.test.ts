import { expect, test } from 'vitest'
import { RegistryError, type RegistryErrorInit } from '../../../registry/model/errors.ts'
import { RETRY, startTries } from '../../../registry/retry/retry.ts'
import { fakeClock } from '../../support/clock.ts'

const error = (init: Partial<RegistryErrorInit> = {}) =>
  new RegistryError('no', { kind: 'unavailable', ...init })

test('waits double, and with full jitter are random parts of that', async () => {
  for (const [random, expected] of [
    [1, [500, 1000, 2000, 4000, 8000]],
    [0.5, [250, 500, 1000, 2000, 4000]],
    [0, []],
  ] as const) {
    const clock = fakeClock(random)
    const tries = startTries(RETRY, clock)
    for (let count = 0; count < 5; count++) await tries.after(error())
    expect(clock.slept).toEqual(expected)
    await expect(tries.after(error())).rejects.toThrow('no')
  }
})

test.each([
  ['as often as its waits stay within our patience', 2, 15],
  ['and six times at least', 20, 5],
  ['but no more than that where nobody says how long', undefined, 5],
  ['nor without a wait', 0, 5],
  ['nor with one that is next to none', 0.1, 5],
])('row 31: a rate limit is waited out, %s', async (_, retryAfterSeconds, waits) => {
  const tries = startTries(RETRY, fakeClock())
  const init = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  const limited = () => error({ kind: 'rateLimited', ...init })
  for (let count = 0; count < waits; count++) await tries.after(limited())
  await expect(tries.after(limited())).rejects.toThrow('no')
})

test('waits are capped', async () => {
  const clock = fakeClock()
  const tries = startTries({ ...RETRY, attempts: 10, maxMs: 3000 }, clock)
  for (let count = 0; count < 5; count++) await tries.after(error())
  expect(clock.slept.at(-1)).toBe(3000)
})

test('progress makes the budget new', async () => {
  const tries = startTries(RETRY, fakeClock())
  for (let count = 0; count < 5; count++) await tries.after(error())
  tries.progress()
  await tries.after(error())
  expect(tries.failures()).toBe(1)
})

test.each<[string, Partial<RegistryErrorInit>]>([
  ['what is not there', { kind: 'notFound' }],
  ['who may not', { kind: 'unauthorized' }],
  ['wrong content', { kind: 'invalidContent' }],
  ['what is not supported', { kind: 'unsupported' }],
  ['a tag that may not move', { kind: 'tagImmutable' }],
  ['content that is missing', { kind: 'contentMissing' }],
  ['a refusal', { kind: 'refused' }],
  ['an unsafe place', { kind: 'unsafe' }],
  ['a quota that is used up', { kind: 'rateLimited', quotaExhausted: true }],
  ['a name that is not known', { code: 'ENOTFOUND' }],
  ['a certificate that is not trusted', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  ['a certificate of another host', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
  ['a wait that is longer than our patience', { retryAfterSeconds: 31 }],
])('%s gets one try', async (_, init) => {
  const clock = fakeClock()
  await expect(startTries(RETRY, clock).after(error(init))).rejects.toThrow('no')
  expect(clock.slept).toEqual([])
})

test('what is no error of a registry gets one try', async () => {
  await expect(startTries(RETRY, fakeClock()).after(new TypeError('bug'))).rejects.toThrow('bug')
})

test('a 503 with Retry-After is waited for as long as it says', async () => {
  const clock = fakeClock()
  await startTries(RETRY, clock).after(error({ status: 503, retryAfterSeconds: 7 }))
  expect(clock.slept).toEqual([7000])
})

test('a connection that the server had tired of is replaced at once', async () => {
  const clock = fakeClock()
  await startTries(RETRY, clock).after(error({ code: 'STALE_CONNECTION' }))
  expect(clock.slept).toEqual([])
})

test('an abort ends the waiting with its reason', async () => {
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await expect(startTries(RETRY, fakeClock()).after(error(), controller.signal)).rejects.toThrow('enough')
})

test('credentials are renewed once, and wrong bytes asked for again once', () => {
  const tries = startTries(RETRY, fakeClock())
  expect([tries.renew(), tries.renew(), tries.reread(), tries.reread()]).toEqual([true, false, true, false])
})
