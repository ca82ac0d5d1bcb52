import { expect, test } from 'vitest'
import { RegistryError } from '../../../registry/model/errors.ts'
import { createPauses } from '../../../registry/retry/pause.ts'
import { fakeClock } from '../../support/clock.ts'

const limited = new RegistryError('slow down', { kind: 'rateLimited', status: 429 })

test('enters a key without a pause immediately', async () => {
  const clock = fakeClock()
  await createPauses(30_000, clock).enter('host')
  expect(clock.slept).toEqual([])
})

test('pauses only its own key', async () => {
  const clock = fakeClock(0)
  const pauses = createPauses(30_000, clock)
  pauses.begin('host', limited, 1000)
  await pauses.enter('other')
  expect(clock.slept).toEqual([])
  await pauses.enter('host')
  expect(clock.slept).toEqual([1000])
})

test('replaces a shorter pause by a longer one, but not vice versa', async () => {
  const clock = fakeClock(0)
  const pauses = createPauses(30_000, clock)
  for (const ms of [1000, 5000, 2000]) pauses.begin('host', limited, ms)
  await pauses.enter('host')
  expect(clock.slept).toEqual([5000])
})

test('waits for an extended pause, up to the patience', async () => {
  const clock = fakeClock(0)
  const pauses = createPauses(3_000, clock)
  pauses.begin('host', limited, 2000)
  const entering = pauses.enter('host')
  pauses.begin('host', limited, 900)
  await entering
  expect(clock.slept).toEqual([2000, 900])
  pauses.begin('host', limited, 2000)
  const again = pauses.enter('host')
  pauses.begin('host', limited, 1500)
  await expect(again).rejects.toMatchObject({ kind: 'rateLimited', status: 429, retryAfterSeconds: 1.5 })
})

test('stops waiting on abort', async () => {
  const pauses = createPauses(30_000, fakeClock())
  pauses.begin('host', limited, 1000)
  await expect(pauses.enter('host', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})
