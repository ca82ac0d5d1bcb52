/** A way of keeping a list mirrored, as far as it can be compared: what a run of it starts, costs and takes. */
import { ASSUMED, pairsOf, type Workload } from './estimate-model.ts'
import { PRICES } from './prices.ts'

export interface Design {
  readonly name: string
  /** Of one run, or of what is pushed between two: `share` of the images, 0 to 1, has changed since the last one. */
  run(work: Workload, share: number): Run
  /** Dollars a month for being there. */
  standing(work: Workload): number
  /** Why it cannot do this list, if so. */
  refuses(work: Workload): string | undefined
}

export interface Run {
  /** Builds or jobs. */
  readonly starts: number
  /** Without storage. */
  readonly dollars: number
  /** Undefined where AWS or a first pull decides. */
  readonly hours?: number
  /** The one that comes closest to the time that it may take, or passes it. */
  readonly longest?: { readonly seconds: number; readonly allowedSeconds: number }
}

/** So many builds or jobs that are alike. */
export interface Jobs {
  readonly count: number
  readonly seconds: number
  /** For each. */
  readonly dollars: number
  readonly allowedSeconds: number
}

/** What a build may take when its project does not say. https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Project.html */
const BUILD_SECONDS = 3600

/** As many at a time as the workload lets builds be; none takes part of what another has to do. */
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

/** Builds with Docker, on general1.small: billed by the started minute. */
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

/** Tasks of Fargate Spot with an address each: billed by the second, and for a minute at least. */
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

/** GB that leave the first region for the others when every image has changed. */
export function betweenRegions(work: Workload, gigabytes: number): number {
  return (pairsOf(work) - work.regionsOf.length) * gigabytes
}

/** Images by how many regions they go to. */
export function kindsOf({ regionsOf }: Workload): { readonly images: number; readonly regions: number }[] {
  return [...Map.groupBy(regionsOf, (regions) => regions)].map(([regions, all]) => ({
    regions,
    images: all.length,
  }))
}

/** How many images each region holds, when those of an image are the first ones. */
export function imagesByRegion({ regionsOf }: Workload): number[] {
  const most = regionsOf.reduce((max, regions) => Math.max(max, regions), 0)
  return Array.from({ length: most }, (_, region) => regionsOf.filter((count) => count > region).length)
}
