/** Interface and building blocks of a design's estimate: builds, cost and time of a run. */
import { ASSUMED } from './assumed.ts'
import { PRICES } from './prices.ts'
import { type UniformList, uniformPairs } from './uniform.ts'

export interface Design {
  readonly name: string
  /** Estimates one run, or the pushes between two runs, in which `share` (0 to 1) of the images has changed. */
  run(work: UniformList, share: number): Run
  /** Fixed dollars per month. */
  standing(work: UniformList): number
  /** Returns the reason if the design cannot handle this list. */
  refuses(work: UniformList): string | undefined
}

export interface Run {
  /** Builds or jobs. */
  readonly starts: number
  /** Without storage. */
  readonly dollars: number
  /** Undefined if the time depends on AWS or on a first pull. */
  readonly hours?: number
  /** The build or job with the longest time relative to its limit. */
  readonly longest?: { readonly seconds: number; readonly allowedSeconds: number }
}

/** A number of identical builds or jobs. */
export interface Jobs {
  readonly count: number
  readonly seconds: number
  /** Dollars for each. */
  readonly dollars: number
  readonly allowedSeconds: number
}

/** Default time limit of a build. https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Project.html */
const BUILD_SECONDS = 3600

/** Estimates a run of these jobs with the workload's concurrency. A job is never split. */
export function runOf(jobs: readonly Jobs[], work: UniformList, gigabytesBetweenRegions: number): Run {
  const real = jobs.filter(({ count }) => count > 0)
  const sum = (of: (one: Jobs) => number) => real.reduce((total, one) => total + one.count * of(one), 0)
  const inTurn = sum((one) => one.seconds) / work.concurrency.builds
  const [longest] = [...real].sort((a, b) => b.seconds / b.allowedSeconds - a.seconds / a.allowedSeconds)
  return {
    starts: sum(() => 1),
    dollars: sum((one) => one.dollars) + gigabytesBetweenRegions * PRICES.regionGb,
    hours: Math.max(inTurn, ...real.map((one) => one.seconds)) / 3600,
    ...(longest && { longest }),
  }
}

/** Docker builds on general1.small, billed per started minute. */
export function dockerBuilds(count: number, workSeconds: number): Jobs {
  const seconds = ASSUMED.buildStartSeconds + workSeconds
  const dollars = PRICES.x86BuildMinute * Math.ceil(seconds / 60)
  return { count, seconds, dollars, allowedSeconds: BUILD_SECONDS }
}

interface Task {
  readonly cpus: number
  readonly gigabytes: number
  readonly allowedSeconds: number
}

/** Fargate Spot tasks with a public address each, billed per second with a minimum of one minute. */
export function fargateTasks(
  count: number,
  workSeconds: number,
  { cpus, gigabytes, allowedSeconds }: Task,
): Jobs {
  const seconds = ASSUMED.buildStartSeconds + workSeconds
  const task = PRICES.fargateCpuHour * cpus + PRICES.fargateGbHour * gigabytes
  const hourly = task * (1 - PRICES.fargateSpotDiscount) + PRICES.publicAddressHour
  return { count, seconds, dollars: (hourly * Math.max(60, Math.ceil(seconds))) / 3600, allowedSeconds }
}

/** GB sent from the first region to the others if every image has changed. */
export function betweenRegions(work: UniformList, gigabytes: number): number {
  return (uniformPairs(work) - work.regionsOf.length) * gigabytes
}
