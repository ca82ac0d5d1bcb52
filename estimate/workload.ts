/** What a mirror does in a month: its images, where they go, and how often. */

/** Where a target is, as far as bytes and storage are priced differently. */
export const PLACES = [
  'home',
  'region',
  'account',
  'farAccount',
  'gallery',
  'farGallery',
  'registry',
] as const
export type PlaceKind = (typeof PLACES)[number]

export interface PairLoad {
  readonly place: PlaceKind
  /** GB that a change moves. */
  readonly changed: number
  /** GB that the target keeps. */
  readonly stored: number
  /** Duration of a build. @default - assumed from the bytes */
  readonly buildSeconds?: number
  /** Whether the repository is encrypted with KMS. @default false */
  readonly usesKms?: boolean
}

export interface ImageLoad {
  /** Number of images like this one. @default 1 */
  readonly count?: number
  readonly runsPerMonth: number
  /** The source is in ECR in another region than the builds. @default false */
  readonly fromOtherRegion?: boolean
  /** Whether runs delete tags. @default false */
  readonly prunes?: boolean
  /** The first pair reads from the source, and the others from its target. */
  readonly pairs: readonly PairLoad[]
}

export interface Concurrency {
  readonly images: number
  readonly regions: number
  readonly builds: number
}

/** `builds` is CodeBuild's quota in new accounts. */
export const DEFAULT_CONCURRENCY: Concurrency = { images: 10, regions: 5, builds: 1 }

export type BuildCompute = 'arm' | 'x86' | 'lambda'

/** What a stack and a list have besides images. */
export interface Fixtures {
  readonly schedules: number
  /** Regions besides the home region whose pushes start runs: each has a topic, its key and an alarm. */
  readonly pushRegions: number
  /** Customer managed keys of the list's repositories. */
  readonly keys: number
  /** Secrets with credentials. */
  readonly secrets: number
  /** Places that hold images of the list. Reading parameters is free of charge. */
  readonly lists: { readonly objects: number; readonly tables: number }
  /** Targets with metrics of their own. */
  readonly meteredTargets: number
}

export const NO_FIXTURES: Fixtures = {
  schedules: 1,
  pushRegions: 0,
  keys: 0,
  secrets: 0,
  lists: { objects: 0, tables: 0 },
  meteredTargets: 0,
}

export interface Workload {
  readonly images: readonly ImageLoad[]
  /** Executions. */
  readonly runsPerMonth: number
  /** Number of changes of an image per month. It changes at most as often as it is checked. */
  readonly changesPerMonth: number
  readonly compute: BuildCompute
  readonly concurrency: Concurrency
  readonly fixtures: Fixtures
}

export function sumOf(work: Workload, of: (image: ImageLoad) => number): number {
  return work.images.reduce((sum, image) => sum + (image.count ?? 1) * of(image), 0)
}

export function imagesOf(work: Workload): number {
  return sumOf(work, () => 1)
}

export function pairsOf(work: Workload): number {
  return sumOf(work, ({ pairs }) => pairs.length)
}

/** Times that a run resolves an image, per month. */
export function imagesPerMonth(work: Workload): number {
  return sumOf(work, ({ runsPerMonth }) => runsPerMonth)
}

/** Times that a run compares a pair, per month. */
export function pairsPerMonth(work: Workload): number {
  return sumOf(work, ({ runsPerMonth, pairs }) => runsPerMonth * pairs.length)
}

/** Changes of an image per month. */
export function changesOf({ changesPerMonth }: Workload, { runsPerMonth }: ImageLoad): number {
  return Math.min(changesPerMonth, runsPerMonth)
}

/** Builds per month. */
export function buildsOf(work: Workload): number {
  return sumOf(work, (image) => changesOf(work, image) * image.pairs.length)
}
