/** Turns what an importer found into entries of a list, one for each source and set of names. */
import type { Image } from '../../../mirror/list/config.ts'
import { targetRepository } from '../../../mirror/list/names.ts'
import type { Tags } from '../../../mirror/list/tags/schema.ts'
import type { FoundImage, Skipped } from '../found.ts'
import { isExact } from '../patterns.ts'
import { unionOf } from '../union.ts'
import type { Placed, Places } from './places.ts'

export interface Entry {
  readonly line: number
  readonly image: Image
  readonly placed: Placed
  readonly notes: readonly string[]
  readonly comments: readonly string[]
}

export type Row = Entry | Skipped

export function isEntry(row: Row): row is Entry {
  return 'image' in row
}

export function entriesOf(found: readonly (FoundImage | Skipped)[], places: Places): Row[] {
  const rows: Row[] = []
  const known = new Map<string, number>()
  for (const one of found) {
    if ('skipped' in one) {
      rows.push(one)
      continue
    }
    const { placed, lost } = places.place(one)
    const notes = [...(one.notes ?? []), ...lost]
    if (placed.length === 0) {
      rows.push({ line: one.line, skipped: `${sourceOf(one)} is not imported: ${notes.join('; ')}` })
    }
    placed.forEach((place, index) => {
      const comments = one.comments ?? []
      const entry = { line: one.line, image: imageOf(one, place), placed: place, notes, comments }
      add(index === 0 ? entry : { ...entry, notes: [], comments: [] }, rows, known)
    })
  }
  return rows
}

/** Unites an entry with an earlier one of the same source, place and settings. */
function add(entry: Entry, rows: Row[], known: Map<string, number>): void {
  const { tags, ...rest } = entry.image
  const key = JSON.stringify([rest, entry.placed])
  const before = known.get(key)
  const earlier = before === undefined ? undefined : rows[before]
  if (before === undefined || earlier === undefined || !isEntry(earlier)) {
    known.set(key, rows.push(entry) - 1)
    return
  }
  const union = tags === undefined ? earlier.image.tags : unionOf(earlier.image.tags ?? {}, tags)
  const single = tags?.include?.every(isExact) ? tags.include : undefined
  if (tags !== undefined && union === undefined && single !== undefined && Object.keys(tags).length === 1) {
    for (const tag of single)
      add({ ...entry, image: { ...rest, source: `${rest.source}:${tag}` } }, rows, known)
  } else if (tags !== undefined && union === undefined) {
    const skipped = `a second selection from ${rest.source} is not imported, because one entry cannot say both: tags: ${JSON.stringify(tags)}`
    rows.push({ line: entry.line, skipped })
  } else {
    const all = (key: 'notes' | 'comments') => [...new Set([...earlier[key], ...entry[key]])]
    const image = { ...earlier.image, ...(union && { tags: union }) }
    rows[before] = { ...earlier, image, notes: all('notes'), comments: all('comments') }
  }
}

function sourceOf({ source, tag, digest }: FoundImage): string {
  const name = `${source.registry}/${source.repository}`
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

function imageOf(found: FoundImage, { names }: Placed): Image {
  const single = soleTag(found.tags)
  const one = single === undefined || found.digest !== undefined ? found : { ...found, tag: single }
  const own = targetRepository(found.source)
  const [name = own] = names
  const naming =
    names.length > 1 || name.includes(':') ? { to: [...names] } : name === own ? {} : { repository: name }
  return {
    source: sourceOf(one),
    ...naming,
    ...(one.tag === undefined &&
      one.digest === undefined &&
      found.tags !== undefined && { tags: found.tags }),
    ...found.settings,
  }
}

/** One exact tag belongs to the source. */
function soleTag(tags: Tags | undefined): string | undefined {
  const [only, ...more] = tags?.include ?? []
  const isAlone = more.length === 0 && Object.keys(tags ?? {}).length === 1
  return only !== undefined && isAlone && isExact(only) ? only : undefined
}
