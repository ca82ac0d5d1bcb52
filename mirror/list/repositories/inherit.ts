/**
 * Bounds the settings of custom lists: a repository of the deployed list keeps the settings that it has there, and the
 * settings that roles have permissions for are those of the deployed list.
 */
import { isEcrTarget } from '../../repositories/wanted.ts'
import { repositoryAt } from '../../target.ts'
import type { ImageEntry, List } from '../config.ts'
import { type Path, type Problem, problemAt } from '../document/problems.ts'
import { longForm, readEntries } from '../entry.ts'
import { mergeSettings, type RepositorySettings } from './schema.ts'

/** Settings that only the deployed list can set. */
const DEPLOYED_ONLY = ['encryption', 'lifecycle', 'policy', 'reconcile'] as const

interface Bounded {
  readonly list: List
  readonly problems: readonly Problem[]
}

/**
 * @param list - the custom list, with what it lacks from the deployed one
 * @param given - the `repositories` that it states itself
 */
export function boundSettings(list: List, given: RepositorySettings | undefined, deployed: List): Bounded {
  const settingsOf = deployedSettings(deployed)
  // The list of a rerun repeats the settings of the deployed list.
  const all = isSame(given, deployed.repositories) ? undefined : given
  const problems: Problem[] = []
  const images = list.images.map((entry, index): ImageEntry => {
    const image = longForm(entry)
    const places = placesOf(entry, list)
    const known = places.map(settingsOf).find((settings) => settings !== undefined)
    const isStated = image.repositories !== undefined || (all !== undefined && places.length > 0)
    const isPlain = known === undefined || isSame(known, deployed.repositories)
    if (!isStated) return isPlain ? entry : { ...image, repositories: known }
    const repositories = mergeSettings(all ?? {}, image.repositories)
    const path = image.repositories === undefined ? ['repositories'] : ['images', index, 'repositories']
    problems.push(...foreign(mergeSettings(deployed.repositories, repositories), deployed, known, path))
    return { ...image, repositories }
  })
  return { list: { ...list, images, repositories: deployed.repositories }, problems }
}

function foreign(
  stated: RepositorySettings,
  { repositories }: List,
  known: RepositorySettings | undefined,
  path: Path,
): Problem[] {
  if (known !== undefined) {
    if (isSame(stated, known)) return []
    const wrong = 'the deployed list has other settings for this repository'
    return [problemAt(path, `${wrong}; remove them here, or change them there, and deploy`)]
  }
  return beyondDeployed(stated, repositories, path)
}

/** @param repositories - the settings of the deployed list for all its repositories */
export function beyondDeployed(
  stated: RepositorySettings,
  repositories: RepositorySettings,
  path: Path,
): Problem[] {
  return DEPLOYED_ONLY.filter((key) => !isSame(stated[key], repositories[key])).map((key) =>
    problemAt([...path, key], 'only the deployed list can set this; set it there, and deploy'),
  )
}

/** Returns a function that finds the settings of the deployed list for a repository at a target. */
function deployedSettings(deployed: List): (place: string) => RepositorySettings | undefined {
  const found = new Map<string, RepositorySettings>()
  for (const entry of deployed.images) {
    const settings = mergeSettings(deployed.repositories, longForm(entry).repositories)
    for (const place of placesOf(entry, deployed)) found.set(place, found.get(place) ?? settings)
  }
  return (place) => found.get(place)
}

/** The repositories in ECR that an image fills. Empty for an invalid reference, which is reported elsewhere. */
function placesOf(entry: ImageEntry, list: List): string[] {
  try {
    return readEntries(entry, list).flatMap(({ repository, targets }) =>
      targets.filter(isEcrTarget).map((target) => `${target.id} ${repositoryAt(target, repository)}`),
    )
  } catch {
    return []
  }
}

function isSame(some: unknown, others: unknown): boolean {
  return JSON.stringify(canonical(some)) === JSON.stringify(canonical(others))
}

/** The same for mappings in another order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .filter(([, of]) => of !== undefined)
    .map(([key, of]) => [key, canonical(of)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
