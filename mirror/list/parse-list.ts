/**
 * Parses lists: mirror.yaml at synth, the deployed list, and custom lists. Reports all problems at once, before
 * anything is done.
 */
import * as z from 'zod'
import { checkSources, inheritCredentials } from './allowed-registries.ts'
import { readAuthorities } from './authorities.ts'
import { checkEntriesOf, checkList, checkPartsOf, withoutEntries } from './check-list.ts'
import { type List, listSchema, ownListSchema } from './config.ts'
import { noListProblem } from './document/no-list.ts'
import { parseWith } from './document/parse-with.ts'
import { type Problem, problemAt, refuse } from './document/problems.ts'
import { asImages, fromValue, readText, type SourceText } from './document/source-text.ts'
import { homeOf } from './home.ts'
import { inheritVerify, weakened } from './proof/inherit.ts'
import { readProofFiles } from './proof/proof-files.ts'
import type { ReadFile } from './read-file.ts'
import { regionSchema } from './region-schema.ts'
import { boundSettings } from './repositories/inherit.ts'
import { repositorySettingsSchema } from './repositories/schema.ts'
import { checkTargets } from './targets/check-names.ts'
import { takeovers } from './targets/collisions.ts'
import { checkNothingPruned, withoutPrune } from './time/only-deployed.ts'

/**
 * Keys that only the deployed list may set: the home of the stack, its other lists and targets, its triggers, its
 * registries, its alerts and metrics.
 */
const DEPLOYED = {
  imagesFrom: true,
  allowedRepositories: true,
  home: true,
  targets: true,
  schedule: true,
  push: true,
  rateLimit: true,
  alerts: true,
  dashboard: true,
  metrics: true,
  vpc: true,
  registries: true,
  allowedRegistries: true,
} as const

/** A custom list. Keys that it lacks are taken from the configured list. */
const customListSchema = listSchema
  .omit(DEPLOYED)
  .partial()
  .extend({
    images: ownListSchema.shape.images,
    regions: z.array(regionSchema).optional(),
    repositories: repositorySettingsSchema.optional(),
  })
export type CustomList = z.infer<typeof customListSchema>

/**
 * @param read - reads a file that the list names, by its path relative to the list. Without it, the list must not name files
 * @param missing - defaults for keys that the list lacks
 * @returns the list, with the contents of those files in place of their names
 * @throws InvalidInput with every problem: file, line, key and fix
 */
export function parseList(
  text: string,
  file: string,
  read?: ReadFile,
  missing: Partial<Pick<List, 'regions'>> = {},
): List {
  const source = readText(text, file)
  const isMap = typeof source.value === 'object' && source.value !== null && !Array.isArray(source.value)
  return listIn(isMap ? { ...source, value: { ...missing, ...source.value } } : source, checkList, read)
}

/**
 * Parses a list, and also refuses what would fail only its own image.
 * @throws InvalidInput with every problem: file, line, key and fix
 */
export function validateList(text: string, file: string, read?: ReadFile): List {
  const strict = (list: List): Problem[] => {
    const problems = checkList(list)
    // Names depend on the settings of the list.
    const isSettled = problems.every(({ path }) => path[0] === 'images')
    return isSettled ? [...problems, ...withoutEntries(list, problems, checkTargets)] : problems
  }
  return listIn(readText(text, file), strict, read)
}

/**
 * Parses a list that is already an object, such as a construct's props. It names no files.
 * @throws InvalidInput with every problem: key and fix
 */
export function listOf(value: unknown, file: string): List {
  return listIn(fromValue(value, file), checkList)
}

function listIn(source: SourceText, check: (list: List) => Problem[], read?: ReadFile): List {
  const noList = noListProblem(source.value)
  if (noList !== undefined) refuse(source.file, [{ path: [], text: noList, line: source.lineOf([]) }])
  const list = parseWith(source, namesPlaces(source.value) ? listSchema : ownListSchema, {
    whole: (given) => [
      ...check(given),
      ...readAuthorities(given, read).problems,
      ...readProofFiles(given, read).problems,
    ],
    parts: checkPartsOf,
  })
  return { ...list, ...readAuthorities(list, read).found, ...readProofFiles(list, read).found }
}

function namesPlaces(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'imagesFrom' in value
}

/** The deployed list and account, which bound custom lists. */
export interface Deployed {
  readonly list: List
  /** The same with its images from elsewhere, whose repositories are taken too. @default - it has none */
  readonly whole?: List | undefined
  /** This account, if known. Lists may read from its ECR. */
  readonly account?: string | undefined
}

/** Parses a list in S3: a complete one, or only its images. */
export function parseCustomList(text: string, file: string, deployed: Deployed): List {
  const read = readText(text, file)
  const source = Array.isArray(read.value) ? asImages(read) : read
  const custom = parseWith(source, customListSchema, {
    whole: (given) => merge(given, deployed).problems,
    parts: (value) => checkEntriesOf(value),
  })
  return merge(custom, deployed).list
}

/** Builds a list from the images of an execution's input. */
export function customList(images: CustomList['images'], file: string, deployed: Deployed): List {
  const { list, problems } = merge({ images }, deployed)
  return problems.length === 0 ? list : refuse(file, problems)
}

/** The list as Plan stores it for a rerun, in the form that `parseCustomList` accepts. */
export function storedList(list: List): CustomList {
  const kept = Object.entries(list).filter(([key]) => !(key in DEPLOYED))
  return Object.fromEntries(kept) as CustomList
}

/**
 * A custom list may only use configured regions, because the roles have no access to others. The same applies to
 * sources.
 */
function merge(
  custom: CustomList,
  { list, account, ...deployed }: Deployed,
): { readonly list: List; readonly problems: readonly Problem[] } {
  const configured = withoutPrune(list)
  const whole = withoutPrune(deployed.whole ?? list)
  const bounded = boundSettings(
    { ...withoutDeployed(configured), ...verified(chosen(custom, configured), configured, whole) },
    custom.repositories,
    configured,
  )
  const merged = bounded.list
  const own = [
    ...foreignRegions(merged, configured),
    ...bounded.problems,
    ...checkNothingPruned(custom),
    ...checkList(withoutHome(merged)),
    ...checkSources(merged, configured, account),
    ...readProofFiles(merged).problems,
  ]
  // Invalid entries have no repository.
  const problems = own.length > 0 ? own : [...takeovers(merged, whole, account), ...weakened(merged, whole)]
  return { list: merged, problems }
}

function withoutDeployed({ push: _, imagesFrom: __, ...list }: List): List {
  const home = homeOf(list)
  return home === undefined ? list : { ...list, home }
}

/** A custom list with `defaults` replaces all configured defaults. */
function chosen(custom: CustomList, configured: List): Partial<List> {
  const given = Object.fromEntries(Object.entries(custom).filter(([, value]) => value !== undefined))
  if (custom.defaults !== undefined || configured.defaults?.credentials === undefined) return given
  const { credentials: _, ...defaults } = configured.defaults
  return { ...given, defaults, images: inheritCredentials(custom.images, configured) }
}

/** The custom list with the contents of its files, and with the `verify` rules that it inherits. */
function verified(custom: Partial<List>, configured: List, whole: List): Partial<List> {
  const list = { ...configured, ...custom }
  const { found } = readProofFiles(list)
  return { ...custom, ...found, images: inheritVerify({ ...list, ...found }, whole) }
}

function foreignRegions({ regions }: List, configured: Pick<List, 'regions'>): Problem[] {
  const known = configured.regions.join(', ')
  const wrong = known === '' ? 'the list has none' : `the regions are ${known}`
  return regions.flatMap((region, index) =>
    configured.regions.includes(region)
      ? []
      : [problemAt(['regions', index], `"${region}" is not configured; ${wrong}`)],
  )
}

/** A run may leave out the home region. */
function withoutHome({ home: _, ...list }: List): List {
  return list
}
