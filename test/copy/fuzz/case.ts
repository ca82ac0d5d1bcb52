// One seeded case: a world, two servers with faults, one run of the product, and the verdict.
import { createRegistries } from '../../../registry/open.ts'
import { canary, stolen } from '../../support/canary.ts'
import { fakeClock } from '../../support/clock.ts'
import { listen } from '../../support/listen.ts'
import { copyByHand, type Ends } from './by-copy.ts'
import { mirror } from './by-mirror.ts'
import { stalls } from './faults/acts.ts'
import { SOURCE_FAULTS } from './faults/at-source.ts'
import { TARGET_FAULTS } from './faults/at-target.ts'
import { type Fault, type MakeFault, RUIN, type Scene, talkWith } from './faults/fault.ts'
import { judge } from './oracle.ts'
import { createPulse } from './pulse.ts'
import { type Chance, createChance, createShelf } from './shelf.ts'
import { honestSource } from './source.ts'
import { createKept, honestTarget, type Kept, type TargetTraits } from './target.ts'
import type { Told } from './told.ts'
import { startWire } from './wire.ts'
import { makeWorld, type World } from './world.ts'

export interface Verdict {
  readonly seed: number
  readonly way: string
  readonly faults: readonly string[]
  /** The number of responses that a fault replaced. */
  readonly struck: number
  readonly findings: readonly string[]
  readonly told: Told | undefined
  readonly ms: number
}

/**
 * The client's stall limits, in real time; waits between retries are virtual. In cases without stalls, only a busy
 * machine reaches them.
 */
const PATIENCE_MS = { ifOneStalls: 700, ifNoneDoes: 60_000 } as const
/** A run without requests for this long hangs: no wait for a server takes as long. */
const SILENCE_MS = 2 * PATIENCE_MS.ifNoneDoes
/** The limit for endless lists, which take about a thousand requests until the client gives up. */
const MAX_QUESTIONS = 20_000

export async function runCase(seed: number): Promise<Verdict> {
  const started = performance.now()
  const chance = createChance(seed)
  const world = makeWorld(chance, createShelf())
  const kept = createKept()
  await using stack = new AsyncDisposableStack()
  const watcher = canary()
  const stranger = stack.use(await listen(watcher.listener, '127.0.0.2'))
  const scene: Scene = { world, chance, canary: stranger.origin }
  const atSource = faultsFrom(SOURCE_FAULTS, chance.pick([0, 1, 1, 1, 2, 2, 3]), scene)
  const atTarget = faultsFrom(TARGET_FAULTS, chance.pick([0, 0, 0, 1, 1, 2]), scene)
  let struck = 0
  const count = (): void => {
    struck++
  }
  const honest = honestSource(world, chance.is(0.5))
  const pulse = createPulse({ silenceMs: SILENCE_MS, questions: MAX_QUESTIONS })
  const source = stack.use(await startWire(pulse.felt(talkWith(honest, atSource, count))))
  const keeping = honestTarget(kept, traitsOf(chance))
  const target = stack.use(await startWire(pulse.felt(talkWith(keeping, atTarget, count))))
  const clock = fakeClock()
  const faults = [...atSource, ...atTarget]
  const isStalled = faults.some(({ act }) => stalls(act))
  const patience = isStalled ? PATIENCE_MS.ifOneStalls : PATIENCE_MS.ifNoneDoes
  const timeouts = { connectMs: 30_000, answerMs: patience, stallMs: patience }
  const registries = createRegistries({ clock, timeouts, environment: {} })
  stack.defer(() => registries.close())
  const ends = { source: source.address, target: target.address, registries, clock }
  const plan = planOf(chance, world)
  const told = await pulse.during(plan.run(ends, kept)).catch((error: unknown) => error)
  const ms = performance.now() - started
  const base = { seed, way: plan.way, faults: faults.map(({ name }) => name), struck, ms }
  if (told instanceof Error) return { ...base, told: undefined, findings: [`thrown: ${told.stack}`] }
  // On a busy machine, a server may seem to stall.
  const harm = [...faults.map((fault) => fault.harm), ...(isStalled ? [RUIN] : [])]
  const findings = judge({ ...plan, world, harm, kept, told: told as Told })
  const thefts = stolen([watcher]).map((request) => `a credential at the canary: ${request.slice(0, 300)}`)
  return { ...base, told: told as Told, findings: [...findings, ...thefts] }
}

function faultsFrom(makers: readonly [MakeFault, ...MakeFault[]], count: number, scene: Scene): Fault[] {
  return Array.from({ length: count }, () => scene.chance.pick(makers)(scene) ?? []).flat()
}

function traitsOf(chance: Chance): TargetTraits {
  const locate = chance.pick<TargetTraits['locate']>([
    (path) => path,
    (path, host) => `http://${host}${path}`,
    (path) => `${path}?_state=a%2Fb%3D%3D&x=1`,
    (path, host) => `${host}${path}`,
  ])
  return { needsToken: chance.is(0.5), hasReferrers: chance.is(0.5), locate }
}

interface Plan {
  readonly way: string
  readonly wanted: readonly string[]
  readonly lists: boolean
  readonly wholesale: boolean
  readonly run: (ends: Ends, kept: Kept) => Promise<Told>
}

function planOf(chance: Chance, { tags, listed }: World): Plan {
  const images = listed.filter((tag) => !tag.startsWith('sha256-'))
  const [all, every] = [listed, images]
  const whole = { way: 'copy --all-tags', wanted: all, lists: true, wholesale: true }
  if (chance.is(0.45)) return { ...whole, run: (ends) => copyByHand(ends, undefined) }
  if (chance.is(0.3)) {
    const tag = chance.pick([...tags.keys()].filter((one) => images.includes(one)) as [string, ...string[]])
    const one = { way: `copy ${tag}`, wanted: [tag], lists: false, wholesale: false }
    return { ...one, run: (ends) => copyByHand(ends, tag) }
  }
  const patterns = chance.is(0.5)
  const include = patterns ? chance.pick([[], ['/^[vg]/'], ['/./', images[0] ?? '']]) : every
  const select = { include, exclude: [] }
  const way = `mirror ${include.join(', ') || 'all tags'}`
  return {
    ...{ way, wanted: every, lists: patterns, wholesale: false },
    run: (ends, kept) => mirror(ends, select, kept),
  }
}
