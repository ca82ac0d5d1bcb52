// Sums of pairs by target, for the metrics of targets.
import { expect, test } from 'vitest'
import { startTargetMeter } from '../../lambdas/target-meter.ts'
import { MAX_METERED_TARGETS } from '../../mirror/report/metric-settings.ts'

test('sums the pairs of each target by outcome', () => {
  const meter = startTargetMeter()
  meter.add({ target: 'harbor', outcome: 'inSync', bytes: 0 })
  meter.add({ target: 'harbor', outcome: 'synced', bytes: 5 })
  meter.add({ target: 'hub', outcome: 'deferred', bytes: 1 })
  meter.add({ target: 'harbor', outcome: 'failed', bytes: 2 })
  expect(meter.totals()).toEqual([
    { target: 'harbor', InSync: 1, Synced: 1, Deferred: 0, Failed: 1, Bytes: 7 },
    { target: 'hub', InSync: 0, Synced: 0, Deferred: 1, Failed: 0, Bytes: 1 },
  ])
})

test('counts only as many targets as may have metrics', () => {
  const meter = startTargetMeter()
  for (let count = 0; count < 60; count++) meter.add({ target: `t-${count}`, outcome: 'failed', bytes: 0 })
  meter.add({ target: 't-0', outcome: 'failed', bytes: 0 })
  expect(meter.totals()).toHaveLength(MAX_METERED_TARGETS)
  expect(meter.totals()[0]).toMatchObject({ target: 't-0', Failed: 2 })
})
