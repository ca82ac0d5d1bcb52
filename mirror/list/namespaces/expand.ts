/** Replaces namespaces of a list by an entry for each of their repositories, as ECR lists them now. */
import { parseEcrHost } from '../../../registry/ecr/ecr-host.ts'
import type { RepositoryRef } from '../../../registry/model/reference.ts'
import type { Role } from '../../../registry/model/registry.ts'
import { ErrorName } from '../../error-name.ts'
import { describeFailure } from '../../failure.ts'
import { placeOf, placeOfSource } from '../../target.ts'
import type { Image, List } from '../config.ts'
import { longForm, readEntries } from '../entry.ts'
import { collisions } from '../targets/collisions.ts'
import { isNamespace, parseSource } from './namespace.ts'

/** Each repository is an image of the run, and a namespace may be larger than its author knows. */
export const MAX_REPOSITORIES = 1000

export interface Namespace {
  readonly account: string
  readonly region: string
  /** The beginning of the names. */
  readonly beginning: string
  /** Resource tags that the repositories must have. @default - any */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The role that reads the registry. @default - the own credentials */
  readonly as?: Role | undefined
}

/** Returns the names of the repositories that exist now. */
export type ListRepositories = (namespace: Namespace) => Promise<readonly string[]>

export interface Expanded {
  readonly list: List
  /** Namespaces that could not be listed and repositories that would overwrite others, each with the reason. */
  readonly unlisted: readonly string[]
}

/** @param account - this account, if known: its targets are no sources */
export async function expandNamespaces(
  list: List,
  account: string | undefined,
  listRepositories: ListRepositories,
): Promise<Expanded> {
  const read = list.images.map((given) => ({ given, ref: parseSource(longForm(given).source) }))
  if (!read.some(({ ref }) => isNamespace(ref))) return { list, unlisted: [] }
  const taken = new Set(read.flatMap(({ ref }) => (isNamespace(ref) ? [] : [placeOfSource(ref, account)])))
  const own = ownPlaces(list)
  const unlisted: string[] = []
  const images: List['images'] = []
  for (const { given, ref } of read) {
    if (!isNamespace(ref)) {
      images.push(given)
      continue
    }
    const { sourceTags, ...image } = longForm(given)
    const names = await namesIn(ref, { list, sourceTags, listRepositories })
    if (typeof names === 'string') {
      unlisted.push(`${image.source}: ${names}`)
      continue
    }
    for (const repository of names) {
      const place = placeOfSource({ registry: ref.registry, repository }, account)
      // An entry of its own says how a repository is mirrored, and copies are no sources.
      if (taken.has(place) || own(place)) continue
      taken.add(place)
      images.push({ ...image, source: `${ref.registry}/${repository}` })
    }
  }
  const whole = withoutCollisions({ ...list, images })
  return { list: whole.list, unlisted: [...unlisted, ...whole.unlisted] }
}

interface Listing {
  readonly list: List
  readonly sourceTags: Image['sourceTags']
  readonly listRepositories: ListRepositories
}

/** @returns the reason if there are none */
async function namesIn(
  { registry, repository }: RepositoryRef,
  { list, sourceTags: tags, listRepositories }: Listing,
): Promise<readonly string[] | string> {
  const host = parseEcrHost(registry)
  if (host === undefined) return 'is not in Amazon ECR'
  const { role, externalId } = list.registries?.[registry] ?? {}
  const as = role === undefined ? undefined : { role, externalId }
  const namespace = { ...host, beginning: repository.slice(0, -1), tags, ...(as && { as }) }
  const names = await listRepositories(namespace).catch((error: unknown) => reasonOf(error, role))
  if (typeof names === 'string') return names
  const which = tags === undefined ? '' : ` with the resource tags ${JSON.stringify(tags)}`
  if (names.length === 0) return `no repository matches${which}; correct it, or remove it from the list`
  if (names.length <= MAX_REPOSITORIES) return names
  return `${names.length} repositories match, and one entry may have ${MAX_REPOSITORIES}; use several with longer beginnings`
}

/** @throws the error if trying again may help */
function reasonOf(error: unknown, role: string | undefined): string {
  const { name, message } = describeFailure(error)
  if (name !== ErrorName.AccessDenied && name !== 'RegistryNotFoundException') throw error
  const fix =
    role === undefined
      ? 'for another account, its registry policy must allow ecr:DescribeRepositories'
      : `${role} must allow ecr:DescribeRepositories, and the deployed list must have a source "*" in this registry`
  return `its repositories cannot be listed: ${message}; ${fix}`
}

/** Returns a function that recognizes the repositories that the list writes. */
function ownPlaces(list: List): (place: string) => boolean {
  const { prefix, images } = list
  const entries = images.flatMap((image) => readEntries(image, list))
  const placesAt = (nameOf: (repository: string) => string) =>
    entries.flatMap(({ targets, repository }) => targets.map((target) => placeOf(target, nameOf(repository))))
  const exact = new Set(placesAt((repository) => repository).filter((place) => !place.endsWith('*')))
  const below = prefix === undefined ? [] : [...new Set(placesAt(() => `${prefix}/`))]
  return (place) =>
    exact.has(place) || below.some((beginning) => beginning.endsWith('/') && place.startsWith(beginning))
}

/** Leaves out entries that would overwrite others, which only their names show. */
function withoutCollisions(list: List): Expanded {
  const found = collisions(list)
  const colliding = new Set(found.map(({ path }) => Number(path[1])))
  const sourceOf = (index: string) => longForm(list.images[Number(index)] ?? '').source
  return {
    list: { ...list, images: list.images.filter((_, index) => !colliding.has(index)) },
    unlisted: found.map(({ text }) =>
      text.replace(/images\[(\d{1,7})\]/g, (_, index: string) => sourceOf(index)),
    ),
  }
}
