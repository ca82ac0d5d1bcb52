// Pushes that another mirror, or ECR's own replication, copies back to the region that people push to.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Executed } from '../../../local/executions.ts'
import { type Pushed, startPushed } from '../pushes.ts'

const HOME = 'us-east-1'
const OTHER = 'eu-west-1'
const REPOSITORY = 'team/app'

let pushed: Pushed
let seen = 0

beforeAll(async () => {
  pushed = await startPushed({ home: HOME, regions: [HOME, OTHER], push: { repositories: ['team/*'] } })
})
afterAll(() => pushed?.[Symbol.asyncDispose]())

/** Returns the runs that have ended since the previous call. */
async function newRuns(): Promise<readonly Executed[]> {
  const runs = (await pushed.run.settled()).slice(seen)
  seen += runs.length
  return runs
}

const copies = (runs: readonly Executed[]) =>
  runs.reduce((total, { document }) => total + document.counts.synced, 0)

test('a copy that comes back changes nothing, and starts no further copy', async () => {
  await pushed.push('1', HOME, REPOSITORY, '1.0')
  expect(copies(await newRuns())).toBe(1)
  await pushed.push('1', HOME, REPOSITORY, '1.0')
  expect(copies(await newRuns())).toBe(0)
  const held = await pushed.held(REPOSITORY, '1.0')
  expect(held[HOME]).toBeDefined()
  expect(held[OTHER]).toBe(held[HOME])
})

test('a tag that another mirror moves back again and again is given up, with one alert that says why', async () => {
  const runs: Executed[] = []
  // Both mirrors copy different pushes at the same time, so that the regions swap their contents in each round.
  for (const version of ['2', '1', '2', '1', '2', '1', '2', '1']) {
    await pushed.push(version, HOME, REPOSITORY, '1.0')
    runs.push(...(await newRuns()))
    if (runs.at(-1)?.ended.status === 'FAILED') break
  }
  expect(copies(runs)).toBeLessThanOrEqual(6)
  expect(runs.at(-1)?.ended).toMatchObject({ status: 'FAILED', error: 'PlanRefused' })
  const alerts = runs.flatMap((run) => run.alerts)
  expect(alerts).toHaveLength(1)
  expect(alerts[0]?.message).toMatch(/team\/app:1\.0 in us-east-1 has come back to sha256:\w+ 3 times/)
  expect(alerts[0]?.message).toContain('push.from')
})
