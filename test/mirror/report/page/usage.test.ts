import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { startUsage } from '../../../../mirror/report/page/usage.ts'
import { pair } from '../reports.ts'

test('sums up targets, and lists the pairs that cost most', () => {
  const usage = startUsage()
  usage.add([
    pair({ image: 'a', outcome: 'synced', bytes: 5e6, seconds: 2 }),
    pair({ image: 'a', outcome: 'synced', bytes: 1e6, seconds: 60, target: 'eu-west-1' }),
  ])
  usage.add([
    pair({ image: 'b' }),
    pair({ image: 'b', outcome: 'deferred', target: 'eu-west-1', bytes: 9e6, seconds: 1 }),
  ])
  const { document } = new JSDOM(usage.section().markup).window
  const tables = [...document.querySelectorAll('tbody')].map(({ rows }) =>
    [...rows].map(({ cells }) => [...cells].map(({ textContent }) => textContent)),
  )
  expect(tables).toEqual([
    [
      ['eu-west-1', '2', '0', '1', '10.0 MB', '1 min 1 s'],
      ['us-east-1', '2', '1', '0', '5.0 MB', '2.0 s'],
    ],
    [
      ['b', 'eu-west-1', 'deferred', '9.0 MB', '1.0 s'],
      ['a', 'us-east-1', 'synced', '5.0 MB', '2.0 s'],
      ['a', 'eu-west-1', 'synced', '1.0 MB', '1 min 0 s'],
    ],
    [
      ['a', 'eu-west-1', 'synced', '1.0 MB', '1 min 0 s'],
      ['a', 'us-east-1', 'synced', '5.0 MB', '2.0 s'],
      ['b', 'eu-west-1', 'deferred', '9.0 MB', '1.0 s'],
    ],
  ])
})

test('is left out of a run without pairs', () => {
  expect(startUsage().section().markup).toBe('')
})
