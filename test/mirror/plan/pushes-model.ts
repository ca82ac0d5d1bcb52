// A small model of regions, people and runs with virtual time, for pushes whose events arrive in any order.
import { withoutNewer } from '../../../mirror/diff/diff.ts'
import { type StoredPush, settlePushes } from '../../../mirror/plan/settle-pushes.ts'
import type { Digest } from '../../../registry/model/reference.ts'
import { random } from './random.ts'

export const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const
type Region = (typeof REGIONS)[number]

export interface ModelProps {
  readonly seed: number
  /** The maximum duration of a build in seconds. */
  readonly slowest: number
  /** The number of regions to which people push. */
  readonly from: number
  /** Whether each push has new content, or sometimes old content. */
  readonly contents: 'new' | 'old'
  /** Whether ECR reports a push of an existing digest as a new push, which is undocumented. */
  readonly renews: boolean
}

export interface Rest {
  /** The content of the tag, by region. */
  readonly held: readonly (string | undefined)[]
  /** The pushes in order of time. */
  readonly pushes: readonly StoredPush[]
  readonly runs: number
}

interface Due {
  readonly at: number
  readonly run: () => void | Promise<void>
}

/** Runs until no event or build is pending. @throws if that takes too long */
export async function play({ seed, slowest, renews, from, contents }: ModelProps): Promise<Rest> {
  const { pick } = random(seed)
  const due: Due[] = []
  const tags = new Map<string, Digest>()
  const pushedAt = new Map<string, number>()
  const told: StoredPush[] = []
  const pushes: StoredPush[] = []
  let now = 0
  let runs = 0
  const later = (seconds: number, run: () => void | Promise<void>) => due.push({ at: now + seconds, run })

  function put(region: Region, digest: Digest): StoredPush {
    const key = `${region} ${digest}`
    if (renews || !pushedAt.has(key)) pushedAt.set(key, now)
    tags.set(region, digest)
    const event = { region, digest, time: timeOf(Math.floor(now)) }
    // Events are delivered on a best-effort basis, and sometimes twice.
    for (let copies = pick(10) === 0 ? 2 : 1; copies > 0; copies--) later(pick(60), () => startRun(event))
    return event
  }

  function startRun(event: StoredPush): void {
    runs += 1
    told.push(event)
    const settled = settlePushes(told, event)
    if (settled.arrived) return
    const { winner, superseded, several } = settled
    if (!several && tags.get(winner.region) !== winner.digest) return
    for (const region of REGIONS) {
      if (several || region !== winner.region) {
        later(1 + pick(30), () => syncRegion(region, winner, superseded))
      }
    }
  }

  async function syncRegion(region: Region, { digest, time }: StoredPush, superseded: readonly string[]) {
    if (tags.get(region) === digest) return
    const wanted = { tags: [{ tag: '1', digest, mediaType: 'index', size: 1 }], artifacts: [], all: false }
    const { tags: left } = await withoutNewer({ pushed: async () => heldIn(region) }, wanted, {
      than: time,
      but: [...superseded],
    })
    if (left.length === 0) return
    later(5 + pick(slowest), () => {
      if (tags.get(region) !== digest) put(region, digest as Digest)
    })
  }

  function heldIn(region: Region) {
    const digest = tags.get(region)
    if (digest === undefined) return undefined
    return { digest, at: new Date(timeOf(pushedAt.get(`${region} ${digest}`) ?? 0)) }
  }

  const mix = pick(9)
  for (let index = 0; index < 2 + pick(4); index++) {
    const number = contents === 'new' ? index : pick(3)
    const digest: Digest = `sha256:${(number + mix) % 9}${String(number).repeat(63)}`
    const region = REGIONS[pick(from)] ?? 'us-east-1'
    const at = pick(pick(2) === 0 ? 20 : 1200)
    later(at, () => void pushes.push(put(region, digest)))
  }
  for (let next = take(due); next !== undefined; next = take(due)) {
    if (runs > 1000) throw new Error('it does not come to rest')
    now = next.at
    await next.run()
  }
  return { held: REGIONS.map((region) => tags.get(region)), pushes, runs }
}

function timeOf(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().replace('.000', '')
}

function take<T extends { readonly at: number }>(due: T[]): T | undefined {
  const soonest = Math.min(...due.map(({ at }) => at))
  const index = due.findIndex(({ at }) => at === soonest)
  return index < 0 ? undefined : due.splice(index, 1)[0]
}
