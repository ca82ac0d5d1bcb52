/** Entries that would overwrite each other: two sources in one repository, or one source listed twice. */
import type { List } from './config.ts'
import { type Entry, readEntry } from './entry.ts'
import { type Problem, pathText } from './problems.ts'

type Placed = Entry & { readonly index: number }

export function collisions(list: List): Problem[] {
  const byRepository = Map.groupBy(
    list.images.map((entry, index): Placed => ({ ...readEntry(entry, list), index })),
    ({ repository }) => repository,
  )
  return [...byRepository.values()].flatMap(collisionsIn)
}

/** Each entry is told of the first one that it is in the way of. */
function collisionsIn(entries: readonly Placed[]): Problem[] {
  return entries.flatMap((entry, place) => {
    const other = entries.slice(0, place).find((earlier) => collide(earlier, entry))
    return other === undefined ? [] : [explain(entry, other)]
  })
}

/** One repository may well be filled from one source by several entries, or from two in different regions. */
function collide(a: Placed, b: Placed): boolean {
  if (!a.regions.some((region) => b.regions.includes(region))) return false
  return a.image === b.image || sourceOf(a) !== sourceOf(b)
}

function explain(entry: Placed, other: Placed): Problem {
  const path = ['images', entry.index]
  const [here, there] = [pathText(path), pathText(['images', other.index])]
  if (entry.image === other.image) {
    return { path, text: `${here}: "${entry.image}" is already ${there}; put all of its tags into one entry` }
  }
  const both = `${sourceOf(entry)} and ${there} (${sourceOf(other)}) would both land in "${entry.repository}"`
  const own = suggestion(entry)
  return { path, text: `${here}: ${both}; give one of them a "repository" of its own, such as "${own}"` }
}

/** The source's host makes a name unique: `quay.io/team/app`. ECR takes dots, but no port. */
function suggestion({ ref, repository }: Placed): string {
  const host = ref.registry.replace(/[^a-z0-9.-]+/g, '-')
  const slash = repository.length - ref.repository.length
  const prefix = repository.endsWith(ref.repository) ? repository.slice(0, slash) : ''
  return `${prefix}${host}/${ref.repository}`
}

function sourceOf({ ref }: Placed): string {
  return `${ref.registry}/${ref.repository}`
}
