// Images pushed in several regions reach the other regions, and concurrent pushes settle on one winner.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Executed } from '../../local/executions.ts'
import { type Pushed, startPushed } from './pushes.ts'

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const
const [HOME, OTHER, THIRD] = REGIONS

let pushed: Pushed
let seen = 0

beforeAll(async () => {
  pushed = await startPushed({ regions: REGIONS, push: { repositories: ['team/*'], from: REGIONS } })
})
afterAll(() => pushed?.[Symbol.asyncDispose]())

/** The runs since the last call. */
async function runsOf(): Promise<readonly Executed[]> {
  const runs = (await pushed.run.settled()).slice(seen)
  seen += runs.length
  return runs
}

async function digestsOf(repository: string): Promise<(string | undefined)[]> {
  return [...new Set(Object.values(await pushed.held(repository, '1.0')))]
}

function pushOf({ input }: Executed) {
  return (input as { push: { region: string; digest: string; time: string } }).push
}

test('starts no run for its own pushes', async () => {
  expect(await runsOf()).toEqual([])
})

test.each([HOME, OTHER])(
  'copies a push to %s to the other regions, without work for the copies',
  async (region) => {
    await pushed.push('1', region, `team/${region}`, '1.0')
    const [run, ...copies] = await runsOf()
    expect(await digestsOf(`team/${region}`)).toEqual([run && pushOf(run).digest])
    expect(run && pushOf(run).region).toBe(region)
    expect(run?.document.counts).toMatchObject({ pairs: 2, synced: 2, failed: 0 })
    const others = REGIONS.filter((one) => one !== region).toSorted()
    expect(copies.map((copy) => pushOf(copy).region).sort()).toEqual(others)
    for (const copy of copies) {
      expect(copy.ended.status).toBe('SUCCEEDED')
      expect(copy.document.counts).toMatchObject({ images: 0, pairs: 0 })
    }
  },
)

test.each([
  ['home', ['1', HOME], ['2', OTHER]],
  ['the other way round', ['2', HOME], ['1', OTHER]],
  ['elsewhere', ['1', OTHER], ['2', THIRD]],
] as const)(
  'settles on the later of two concurrent pushes in every region (%s)',
  async (what, one, other) => {
    const both = [one, other]
    const repository = `team/${what.replaceAll(' ', '-')}`
    await Promise.all(both.map(([version, region]) => pushed.push(version, region, repository, '1.0')))
    const runs = await runsOf()
    const told = runs.map(pushOf).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    const [lost, won] = [...Map.groupBy(told, ({ digest }) => digest).values()].map(([first]) => first)
    if (lost === undefined || won === undefined) throw new Error('there were not two contents')
    expect(await digestsOf(repository)).toEqual([won.digest])
    // On a slow machine, the first push may have been copied before the second one. Then there is no conflict.
    const arrivals = told.filter(({ region, digest }) => region === won.region && digest === lost.digest)
    const arrived = arrivals.some(({ time }) => time < won.time)
    const alerted = runs.filter(({ alerts }) => alerts.length > 0)
    // Within one second, the order of pushes is unknown, so a conflict may be reported or not.
    if (arrived || !arrivals.some(({ time }) => time === won.time)) expect(alerted.length > 0).toBe(!arrived)
    for (const { alerts, ended, document } of alerted) {
      expect(ended).toMatchObject({ status: 'FAILED', error: 'MirrorFailed' })
      expect(alerts.map(({ message }) => message)).toEqual([
        expect.stringContaining(`${repository}:1.0 was pushed to ${lost.region} (${lost.digest}`),
      ])
      expect(document.pairs.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1)
    }
    // Each of the two is copied to two regions, and each copy may be overwritten and restored once.
    expect(runs.length).toBeLessThanOrEqual(12)
  },
)

function nameOf({ time, digest }: { readonly time: string; readonly digest: string }): string {
  return `${time} ${digest}`
}
