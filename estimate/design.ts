/** Interface and building blocks of a design: what one run starts, costs and takes. */
import { ASSUMED, pairsOf, type Workload } from './estimate-model.ts'
import { PRICES } from './prices.ts'

export interface Design {
  readonly name: string
  /** Estimates one run, or the pushes between two runs, in which `share` (0 to 1) of the images has changed. */
  run(work: Workload, share: number): Run
  /** Fixed dollars per month. */
  standing(work: Workload): number
  /** Why the design cannot handle this list, if so. */
  refuses(work: Workload): string | undefined
}

export interface Run {
  /** Builds or jobs. */
  readonly starts: number
  /** Without storage. */
  readonly dollars: number
  /** Undefined if AWS or a first pull determines it. */
  readonly hours?: number
  /** The build or job that is closest to its time limit, or furthest beyond it. */
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

/** Runs the jobs with the workload's concurrency. A job is never split. */
export function runOf(jobs: readonly Jobs[], work: Workload, gigabytesBetweenRegions: number): Run {
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

/** GB sent from the first region to the others when every image has changed. */
export function betweenRegions(work: Workload, gigabytes: number): number {
  return (pairsOf(work) - work.regionsOf.length) * gigabytes
}

/** Groups images by their number of regions. */
export function kindsOf({ regionsOf }: Workload): { readonly images: number; readonly regions: number }[] {
  return [...Map.groupBy(regionsOf, (regions) => regions)].map(([regions, all]) => ({
    regions,
    images: all.length,
  }))
}

/** Counts images per region, if each image uses the first regions. */
export function imagesByRegion({ regionsOf }: Workload): number[] {
  const most = regionsOf.reduce((max, regions) => Math.max(max, regions), 0)
  return Array.from({ length: most }, (_, region) => regionsOf.filter((count) => count > region).length)
}
