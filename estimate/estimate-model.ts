/**
 * Estimates the cost of a list and the duration of a run from its images, regions and changes. A test compares the
 * transitions with the definition; values that were not measured are in `ASSUMED`.
 */
import { FUNCTION_MEMORY_MIB } from '../mirror/function-memory.ts'
import { PRICES } from './prices.ts'

export interface Workload {
  /** Number of regions, for each image. */
  readonly regionsOf: readonly number[]
  readonly runsPerMonth: number
  /** Number of changes of an image per month. */
  readonly changesPerMonth: number
  /** Compressed size of an image, with all platforms and tags. */
  readonly gigabytes: number
  readonly compute: 'ec2' | 'lambda'
  readonly concurrency: Concurrency
}

export interface Concurrency {
  readonly images: number
  readonly regions: number
  readonly builds: number
}

/** `builds` is CodeBuild's quota in new accounts. */
export const DEFAULT_CONCURRENCY: Concurrency = { images: 10, regions: 5, builds: 1 }

/** State transitions as Step Functions bills them: each entered state, and each start of a child execution. */
export const TRANSITIONS = {
  run: 8,
  /** Excludes its waves. */
  image: 4,
  wave: 1,
  pairInSync: 3,
  pairSynced: 6,
} as const

/** Assumptions about values that are unknown before a run. Most of the function seconds are waits for registries. */
export const ASSUMED = {
  resolveSeconds: 1.5,
  diffSeconds: 0.6,
  outcomeSeconds: 0.1,
  /** Measured with 10,000 images in 30 regions, and rounded up. */
  planSecondsPerImage: 0.000_2,
  reportSecondsPerImage: 0.007,
  buildStartSeconds: 20,
  buildMegabytesPerSecond: 50,
  logBytesPerImage: 6_000,
  logBytesPerPair: 4_000,
} as const

const LAMBDA_BUILD_GB = 2

function gigabytesOf(name: keyof typeof FUNCTION_MEMORY_MIB): number {
  return FUNCTION_MEMORY_MIB[name] / 1024
}

/** Price of one invocation of the function Outcome. */
const OUTCOME_PRICE =
  PRICES.lambdaInvocation + PRICES.lambdaGbSecond * gigabytesOf('outcome') * ASSUMED.outcomeSeconds

/** Dollars per month, by part. */
export interface Costs {
  readonly stepFunctions: number
  readonly lambda: number
  readonly builds: number
  readonly transfer: number
  readonly storage: number
  readonly other: number
}

export function pairsOf({ regionsOf }: Workload): number {
  return regionsOf.reduce((sum, regions) => sum + regions, 0)
}

export function costsOf(work: Workload): Costs {
  const { runsPerMonth: runs, changesPerMonth: changes, gigabytes } = work
  const images = work.regionsOf.length
  const pairs = pairsOf(work)
  const changed = pairs * changes
  const changedTransitions = changed * (TRANSITIONS.pairSynced - TRANSITIONS.pairInSync)
  return {
    stepFunctions: PRICES.transition * (runs * transitionsOf(work) + changedTransitions),
    lambda: runs * lambdaRun(images, pairs) + changed * OUTCOME_PRICE,
    builds: changed * buildPrice(work),
    // The first region reads from upstream, which is free. The others read from the first.
    transfer: PRICES.regionGb * (pairs - images) * changes * gigabytes,
    storage: PRICES.ecrGbMonth * pairs * gigabytes,
    other:
      runs * documentsAndLogs(images, pairs) + changed * (2 * PRICES.s3Put + PRICES.s3Get) + PRICES.kmsKey,
  }
}

export function totalOf(costs: Costs): number {
  return Object.values(costs).reduce((sum, cost) => sum + cost, 0)
}

/** Recomputes the transfer at the higher of the two rates that AWS may bill between regions. */
export function atMost(costs: Costs): Costs {
  return { ...costs, transfer: (costs.transfer * PRICES.regionGbAtMost) / PRICES.regionGb }
}

/** Transitions of a run without changes. */
export function transitionsOf(work: Workload): number {
  const waves = work.regionsOf.reduce((sum, regions) => sum + Math.min(regions, 2), 0)
  return (
    TRANSITIONS.run +
    TRANSITIONS.image * work.regionsOf.length +
    TRANSITIONS.wave * waves +
    TRANSITIONS.pairInSync * pairsOf(work)
  )
}

function lambdaRun(images: number, pairs: number): number {
  const gbSeconds =
    gigabytesOf('plan') * (1 + ASSUMED.planSecondsPerImage * images) +
    gigabytesOf('resolve') * ASSUMED.resolveSeconds * images +
    gigabytesOf('diff') * ASSUMED.diffSeconds * pairs +
    gigabytesOf('report') * (1 + ASSUMED.reportSecondsPerImage * images)
  return PRICES.lambdaGbSecond * gbSeconds + PRICES.lambdaInvocation * (2 + images + pairs)
}

/** Counts one document per image, read by each of its pairs and by Report. */
function documentsAndLogs(images: number, pairs: number): number {
  const logGb = (ASSUMED.logBytesPerImage * images + ASSUMED.logBytesPerPair * pairs) / 1e9
  return PRICES.s3Put * (images + 5) + PRICES.s3Get * (2 * images + pairs) + PRICES.logGb * logGb
}

/** Duration of one build. */
export function buildSeconds({ gigabytes }: Pick<Workload, 'gigabytes'>): number {
  return ASSUMED.buildStartSeconds + copySeconds(gigabytes)
}

export function copySeconds(gigabytes: number): number {
  return (gigabytes * 1000) / ASSUMED.buildMegabytesPerSecond
}

function buildPrice(work: Workload): number {
  const seconds = buildSeconds(work)
  if (work.compute === 'lambda') return PRICES.lambdaBuildGbSecond * LAMBDA_BUILD_GB * seconds
  return PRICES.buildMinute * Math.ceil(seconds / 60)
}

/** Duration of a run without changes, and of a run in which everything has changed. */
export function hoursOf(work: Workload): { readonly unchanged: number; readonly changed: number } {
  const { images, regions, builds } = work.concurrency
  const looking = work.regionsOf.reduce((sum, count) => {
    const steps = Math.min(count, 1) + Math.ceil(Math.max(count - 1, 0) / regions)
    return sum + ASSUMED.resolveSeconds + steps * ASSUMED.diffSeconds
  }, 0)
  const atOnce = Math.min(builds, images * regions)
  const building = (pairsOf(work) * buildSeconds(work)) / atOnce
  return { unchanged: looking / images / 3600, changed: (looking / images + building) / 3600 }
}
