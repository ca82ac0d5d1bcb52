// Two mirrors that copy the pushes of the same repositories to each other, each with its own record of pushes.
import { expect, test } from 'vitest'
import type { Region } from '../../../mirror/list/config.ts'
import type { Push } from '../../../mirror/plan/push-list.ts'
import { storedPush } from '../../../mirror/plan/pushed.ts'
import { listOfPush } from '../../../mirror/plan/run-list.ts'
import { type StoredPush, settlePushes } from '../../../mirror/plan/settle-pushes.ts'
import { listOf } from '../lists.ts'

const [HERE, THERE] = ['us-east-1', 'eu-west-1'] as const
const REGIONS = [HERE, THERE]
const digest = (content: string) => `sha256:${content.repeat(64)}`

interface Mirror {
  /** Returns whether the push is copied. @throws InvalidInput */
  plan(push: Push): Promise<boolean>
}

function mirrorOf(home: Region): Mirror {
  const list = listOf({ regions: REGIONS, home, images: ['redis'], push: { repositories: ['team/*'] } })
  const known: StoredPush[] = []
  return {
    async plan(push) {
      const { list: wanted } = await listOfPush(push, { list }, async (one) => {
        const latest = storedPush(one, 0)
        known.push(latest)
        return settlePushes(known, latest)
      })
      return wanted !== undefined
    },
  }
}

interface Rest {
  readonly copies: number
  readonly refusals: readonly string[]
  readonly held: readonly (string | undefined)[]
}

/**
 * Plays rounds until no mirror copies. In each round, both mirrors plan before either writes, which is the worst case:
 * neither sees the copy of the other.
 * @param first - the digest that people push to each region
 * @param seconds - the time between two rounds
 */
async function settle(first: Readonly<Partial<Record<Region, string>>>, seconds: number): Promise<Rest> {
  const mirrors = new Map<string, Mirror>(REGIONS.map((home) => [home, mirrorOf(home)]))
  const held = new Map<string, string>(Object.entries(first))
  let events: Region[] = REGIONS.filter((region) => first[region] !== undefined)
  const refusals: string[] = []
  let copies = 0
  for (let round = 0; events.length > 0; round++) {
    expect(round, 'rounds').toBeLessThan(50)
    const time = new Date(Date.UTC(2026, 0, 1) + round * seconds * 1000).toISOString()
    const writes = new Map<Region, string>()
    for (const region of events) {
      const content = held.get(region) ?? ''
      const other = region === HERE ? THERE : HERE
      const push = {
        account: '123456789012',
        region,
        repository: 'team/app',
        tag: '1.0',
        digest: content,
        time,
      }
      const isCopied = await mirrors
        .get(region)
        ?.plan(push)
        .catch((error: Error) => {
          refusals.push(error.message)
          return false
        })
      if (isCopied && held.get(other) !== content) writes.set(other, content)
    }
    for (const [region, content] of writes) held.set(region, content)
    copies += writes.size
    events = [...writes.keys()]
  }
  return { copies, refusals, held: REGIONS.map((region) => held.get(region)) }
}

test('a push to one side is copied once, and comes to rest', async () => {
  expect(await settle({ [HERE]: digest('a') }, 60)).toEqual({
    copies: 1,
    refusals: [],
    held: [digest('a'), digest('a')],
  })
})

test('the same push to both sides is not copied at all', async () => {
  const both = { [HERE]: digest('a'), [THERE]: digest('a') }
  expect(await settle(both, 60)).toMatchObject({ copies: 0, refusals: [] })
})

test.each([1, 30, 120])(
  'two pushes at once that swap places every %s s are given up, and reported',
  async (seconds) => {
    const both = { [HERE]: digest('a'), [THERE]: digest('b') }
    const { copies, refusals } = await settle(both, seconds)
    expect(copies).toBeLessThanOrEqual(12)
    expect(refusals).toHaveLength(2)
    expect(refusals[0]).toMatch(
      /^the execution's input: push\.tag: team\/app:1\.0 in us-east-1 has come back to sha256:a+ 3 times within 15 minutes, so it is no longer copied; another mirror/,
    )
  },
)
