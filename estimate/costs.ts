/** The cost of a mirror per month, by part. A test compares the transitions with the definition. */
import { FUNCTION_MEMORY_MIB } from '../mirror/function-memory.ts'
import { ASSUMED } from './assumed.ts'
import { documentsCost } from './documents.ts'
import { buildSeconds, hoursOf } from './durations.ts'
import { monitoringCost } from './monitoring.ts'
import { PRICES } from './prices.ts'
import { LOWER_RATES, storageCost, type TransferRates, transferCost, UPPER_RATES } from './transfer.ts'
import { transitionsPerMonth } from './transitions.ts'
import {
  buildsOf,
  changesOf,
  imagesPerMonth,
  type PairLoad,
  type PlaceKind,
  pairsPerMonth,
  sumOf,
  type Workload,
} from './workload.ts'

/** Dollars per month. */
export interface Costs {
  readonly stepFunctions: number
  readonly lambda: number
  readonly builds: number
  readonly transfer: number
  readonly storage: number
  readonly documents: number
  /** With traces. */
  readonly logs: number
  /** With secrets. */
  readonly keys: number
  readonly monitoring: number
}

const LAMBDA_BUILD_GB = 2

/** @param rates - AWS does not document which rate applies between regions. @default - the lower ones */
export function costsOf(work: Workload, rates: TransferRates = LOWER_RATES): Costs {
  return {
    stepFunctions: PRICES.transition * transitionsPerMonth(work, buildsOf(work)),
    lambda: lambdaCost(work),
    builds: buildsCost(work),
    transfer: transferCost(work, rates),
    storage: storageCost(work),
    documents: documentsCost(work),
    logs: logsCost(work),
    keys: keysCost(work),
    monitoring: monitoringCost(work.fixtures, work.runsPerMonth),
  }
}

export function costsAtMost(work: Workload): Costs {
  return costsOf(work, UPPER_RATES)
}

export function totalOf(costs: Costs): number {
  return Object.values(costs).reduce((sum, cost) => sum + cost, 0)
}

/** Dollars per month, for the pairs in one place or in all. */
export function buildsCost(work: Workload, place?: PlaceKind): number {
  return sumOf(work, (image) => {
    const pairs = image.pairs.filter((pair) => place === undefined || pair.place === place)
    return changesOf(work, image) * pairs.reduce((sum, pair) => sum + buildPrice(work, pair), 0)
  })
}

function buildPrice({ compute }: Workload, pair: PairLoad): number {
  const seconds = buildSeconds(pair)
  if (compute === 'lambda') return PRICES.lambdaBuildGbSecond * LAMBDA_BUILD_GB * seconds
  const minute = compute === 'x86' ? PRICES.x86BuildMinute : PRICES.buildMinute
  return minute * Math.ceil(seconds / 60)
}

/** Invocations of a month, and the GB-seconds that they take. */
function lambdaCost(work: Workload): number {
  const { runsPerMonth: runs } = work
  const [images, pairs, builds] = [imagesPerMonth(work), pairsPerMonth(work), buildsOf(work)]
  const pruned = sumOf(work, (image) => (image.prunes === true ? image.runsPerMonth * image.pairs.length : 0))
  const gbSeconds =
    gigabytesOf('plan') * (runs + ASSUMED.planSecondsPerImage * images) +
    gigabytesOf('resolve') * ASSUMED.resolveSeconds * images +
    gigabytesOf('diff') * ASSUMED.diffSeconds * pairs +
    gigabytesOf('outcome') * ASSUMED.outcomeSeconds * builds +
    gigabytesOf('prune') * ASSUMED.pruneSecondsPerPair * pruned +
    gigabytesOf('report') * (runs + ASSUMED.reportSecondsPerPair * pairs)
  return PRICES.lambdaGbSecond * gbSeconds + PRICES.lambdaInvocation * invocations(work)
}

function invocations(work: Workload): number {
  return 2 * work.runsPerMonth + imagesPerMonth(work) + pairsPerMonth(work) + buildsOf(work)
}

function gigabytesOf(name: keyof typeof FUNCTION_MEMORY_MIB): number {
  return FUNCTION_MEMORY_MIB[name] / 1024
}

/** X-Ray records one trace of each function and second, and a share of the others. */
function logsCost(work: Workload): number {
  const logGb =
    (ASSUMED.logBytesPerImage * imagesPerMonth(work) + ASSUMED.logBytesPerPair * pairsPerMonth(work)) / 1e9
  const seconds = 2 * work.runsPerMonth * hoursOf(work).unchanged * 3600
  const all = invocations(work)
  return PRICES.logGb * logGb + PRICES.trace * Math.min(all, seconds + ASSUMED.tracedShare * all)
}

/** Each topic has a key: the one of failures, and those of the regions that people push to. */
function keysCost(work: Workload): number {
  const { pushRegions, keys, secrets } = work.fixtures
  const encrypted = sumOf(work, (image) => {
    return changesOf(work, image) * image.pairs.filter(({ usesKms }) => usesKms === true).length
  })
  // Every Resolve, Diff and build reads its secrets at most once.
  const reads = secrets === 0 ? 0 : imagesPerMonth(work) + pairsPerMonth(work) + buildsOf(work)
  return (
    PRICES.kmsKey * (1 + pushRegions + keys) +
    PRICES.kmsRequest * ASSUMED.kmsRequestsPerChange * encrypted +
    PRICES.secret * secrets +
    PRICES.secretRequest * reads
  )
}

/** What the pairs in one place cost per month. */
export interface PlaceCosts {
  readonly place: PlaceKind
  readonly pairs: number
  readonly builds: number
  readonly transfer: number
  readonly transferAtMost: number
  readonly storage: number
}

export function costsOfPlace(work: Workload, place: PlaceKind): PlaceCosts {
  return {
    place,
    pairs: sumOf(work, ({ pairs }) => pairs.filter((pair) => pair.place === place).length),
    builds: buildsCost(work, place),
    transfer: transferCost(work, LOWER_RATES, place),
    transferAtMost: transferCost(work, UPPER_RATES, place),
    storage: storageCost(work, place),
  }
}
