import { expect, test } from 'vitest'
import type { States } from '../../local/asl.ts'
import { timeOverrides } from '../../local/clock.ts'
import { task } from './machines.ts'

const machine: States = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      ItemProcessor: {
        StartAt: 'Sync',
        States: {
          Sync: task('sync', {
            Retry: [
              { ErrorEquals: ['A'], IntervalSeconds: 60, BackoffRate: 4 },
              { ErrorEquals: ['B'], IntervalSeconds: 30 },
            ],
            Next: 'Fixed',
          }),
          Fixed: { Type: 'Wait', Seconds: 120, Next: 'Asked' },
          Asked: { Type: 'Wait', SecondsPath: '$.seconds', End: true },
        },
      },
      End: true,
    },
  },
}

test('a fast clock shortens every backoff and every wait, inside of Maps too', () => {
  expect(timeOverrides(machine, { speed: 60 })).toEqual({
    waitTimeOverrides: { Fixed: 2000, Asked: 1000 },
    retryIntervalOverrides: { Each: [17], Sync: [1000, 500] },
  })
})

test('an infinite one does not wait at all', () => {
  expect(timeOverrides(machine, { speed: Number.POSITIVE_INFINITY })).toEqual({
    waitTimeOverrides: { Fixed: 0, Asked: 0 },
    retryIntervalOverrides: { Each: [0], Sync: [0, 0] },
  })
})

test('the real one changes nothing', () => {
  expect(timeOverrides(machine, { speed: 1 })).toEqual({})
})
