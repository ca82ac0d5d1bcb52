import { expect, test } from 'vitest'
import { RegistryError, type RegistryErrorInit } from '../../../registry/model/errors.ts'
import { RETRY, startTries } from '../../../registry/retry/retry.ts'
import { fakeClock } from '../../support/clock.ts'

const error = (init: Partial<RegistryErrorInit> = {}) =>
  new RegistryError('no', { kind: 'unavailable', ...init })

test('doubles waits with full jitter', async () => {
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
  ['more than six times while the waits stay within the patience', 2, 15],
  ['six times with long waits', 20, 5],
  ['six times without a Retry-After', undefined, 5],
  ['six times with a Retry-After of 0', 0, 5],
  ['six times with a very short Retry-After', 0.1, 5],
])('row 31: waits for a rate limit, %s', async (_, retryAfterSeconds, waits) => {
  const tries = startTries(RETRY, fakeClock())
  const init = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  const limited = () => error({ kind: 'rateLimited', ...init })
  for (let count = 0; count < waits; count++) await tries.after(limited())
  await expect(tries.after(limited())).rejects.toThrow('no')
})

test('caps waits', async () => {
  const clock = fakeClock()
  const tries = startTries({ ...RETRY, attempts: 10, maxMs: 3000 }, clock)
  for (let count = 0; count < 5; count++) await tries.after(error())
  expect(clock.slept.at(-1)).toBe(3000)
})

test('resets the budget on progress', async () => {
  const tries = startTries(RETRY, fakeClock())
  for (let count = 0; count < 5; count++) await tries.after(error())
  tries.progress()
  await tries.after(error())
  expect(tries.failures()).toBe(1)
})

test.each<[string, Partial<RegistryErrorInit>]>([
  ['missing content at the source', { kind: 'notFound' }],
  ['refused credentials', { kind: 'unauthorized' }],
  ['wrong content', { kind: 'invalidContent' }],
  ['unsupported content', { kind: 'unsupported' }],
  ['an immutable tag', { kind: 'tagImmutable' }],
  ['missing content of a manifest', { kind: 'contentMissing' }],
  ['a refusal', { kind: 'refused' }],
  ['an unsafe address', { kind: 'unsafe' }],
  ['an exhausted quota', { kind: 'rateLimited', quotaExhausted: true }],
  ['an unknown host', { code: 'ENOTFOUND' }],
  ['an untrusted certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  ['a certificate of another host', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
  ['a wait longer than the patience', { retryAfterSeconds: 31 }],
])('does not retry %s', async (_, init) => {
  const clock = fakeClock()
  await expect(startTries(RETRY, clock).after(error(init))).rejects.toThrow('no')
  expect(clock.slept).toEqual([])
})

test('does not retry other errors', async () => {
  await expect(startTries(RETRY, fakeClock()).after(new TypeError('bug'))).rejects.toThrow('bug')
})

test('waits for the Retry-After of a 503', async () => {
  const clock = fakeClock()
  await startTries(RETRY, clock).after(error({ status: 503, retryAfterSeconds: 7 }))
  expect(clock.slept).toEqual([7000])
})

test('retries a stale connection immediately', async () => {
  const clock = fakeClock()
  await startTries(RETRY, clock).after(error({ code: 'STALE_CONNECTION' }))
  expect(clock.slept).toEqual([])
})

test('stops waiting on abort, with the signal’s reason', async () => {
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  await expect(startTries(RETRY, fakeClock()).after(error(), controller.signal)).rejects.toThrow('enough')
})

test('allows one renewal of credentials and one reread', () => {
  const tries = startTries(RETRY, fakeClock())
  expect([tries.renew(), tries.renew(), tries.reread(), tries.reread()]).toEqual([true, false, true, false])
})
