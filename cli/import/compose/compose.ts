/** Composes a list from what an importer found, and leaves out as a comment what would not be valid. */
import type { Image, List, ListProps, Region } from '../../../mirror/list/config.ts'
import { problemsOf } from '../../../mirror/list/document/problems.ts'
import { validateList } from '../../../mirror/list/parse-list.ts'
import { REGIONS_TARGET } from '../../../mirror/list/targets/schema.ts'
import type { Found, Note } from '../found.ts'
import { type Entry, entriesOf, isEntry, type Row } from './entries.ts'
import { type ComposeOptions, headOf } from './head.ts'
import { createPlaces, type Places } from './places.ts'
import { writeList } from './write.ts'

export interface Composed {
  readonly text: string
  readonly images: number
  /** What has no counterpart. */
  readonly notes: readonly Note[]
  /** What else there is to do. */
  readonly hints: readonly string[]
  /** The number of entries that are left out. */
  readonly leftOut: number
}

/** Each round leaves out invalid entries, which may uncover others. */
const MAX_ROUNDS = 20

/** @returns a list without text if no image is left */
export function compose(found: Found, options: ComposeOptions): Composed {
  const places = createPlaces(found.images.filter((one) => 'source' in one))
  let rows: readonly Row[] = entriesOf(found.images, places)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const entries = rows.filter(isEntry)
    if (entries.length === 0) break
    const list = listOf(entries, places, found, options)
    const head = headOf({ found, list, entries, account: places.account }, options)
    const text = writeList(list, rows, head)
    const problems = problemsIn(text)
    if (problems.size === 0) {
      const notes = [...head.notes, ...notesOf(rows)]
      const images = entries.length
      return { text, images, notes, hints: head.hints, leftOut: rows.length - images }
    }
    rows = withoutInvalid(rows, problems)
  }
  return { text: '', images: 0, notes: notesOf(rows), hints: [], leftOut: rows.length }
}

function notesOf(rows: readonly Row[]): Note[] {
  return rows.flatMap((row): Note[] =>
    isEntry(row)
      ? row.notes.map((note) => ({ line: row.line, text: `${row.image.source}: ${note}` }))
      : [{ line: row.line, text: row.skipped }],
  )
}

/** What is wrong with each image, by its index. */
function problemsIn(text: string): Map<number, string> {
  try {
    validateList(text, 'list')
    return new Map()
  } catch (error) {
    const problems = problemsOf(error)
    if (problems === undefined) throw error
    const ofImages = problems.filter(({ path }) => path[0] === 'images' && typeof path[1] === 'number')
    if (ofImages.length === 0) throw error
    return new Map(ofImages.map(({ path, text: sentence }) => [Number(path[1]), withoutPath(sentence)]))
  }
}

/** The place in the new list means nothing to the author of the old one. */
function withoutPath(sentence: string): string {
  return sentence.replace(/^images\[\d+\][^:]{0,100}: /, '')
}

function withoutInvalid(rows: readonly Row[], problems: ReadonlyMap<number, string>): Row[] {
  let index = -1
  return rows.map((row) => {
    if (!isEntry(row)) return row
    index++
    const wrong = problems.get(index)
    if (wrong === undefined) return row
    return { line: row.line, skipped: `${row.image.source} is not imported: ${wrong}` }
  })
}

function listOf(
  entries: readonly Entry[],
  places: Places,
  found: Found,
  { regions: given }: ComposeOptions,
): ListProps & Pick<List, 'images'> {
  const named = [...new Set(entries.flatMap(({ placed }) => placed.regions))]
  const needsNone = entries.every(({ placed }) => placed.regions.length === 0 && placed.targets.length > 0)
  const assumed: Region[] = named.length > 0 || needsNone ? named : ['us-east-1']
  const regions = given === undefined ? assumed : [...given]
  const used = new Set(entries.flatMap(({ placed }) => placed.targets))
  const targets = Object.fromEntries(Object.entries(places.targets).filter(([name]) => used.has(name)))
  const schedules = new Set(entries.map(({ image }) => image.schedule))
  const [schedule = found.settings?.schedule] = schedules.size === 1 ? schedules : []
  const choices = entries.map((entry) => choiceOf(entry, regions, given !== undefined))
  const common = choices[0]?.targets
  const isCommon = common !== undefined && choices.every(({ targets: own }) => own?.join() === common.join())
  return {
    ...(regions.length > 0 && { regions }),
    ...(found.settings?.prefix !== undefined && { prefix: found.settings.prefix }),
    ...(used.size > 0 && { targets }),
    ...(schedule !== undefined && { schedule }),
    ...(found.settings?.repositories && { repositories: found.settings.repositories }),
    ...(found.settings?.rateLimit && { rateLimit: found.settings.rateLimit }),
    ...(isCommon && { defaults: { targets: [...common] } }),
    images: entries.map(({ image }, index) => {
      const { schedule: own, ...rest } = image
      const { targets: chosen, ...places } = choices[index] ?? {}
      const entry: Image = {
        ...rest,
        ...places,
        ...(chosen !== undefined && !isCommon && { targets: [...chosen] }),
        ...(own !== undefined && own !== schedule && { schedule: own }),
      }
      return Object.keys(entry).length === 1 ? entry.source : entry
    }),
  }
}

/** The regions and targets of an image, where they are not the defaults. */
function choiceOf(
  { placed }: Entry,
  all: readonly Region[],
  isGiven: boolean,
): { regions?: Region[]; targets?: string[] } {
  const isEverywhere = isGiven || all.every((region) => placed.regions.includes(region))
  const isPart = placed.regions.length > 0 && !isEverywhere
  return {
    ...(isPart && { regions: [...placed.regions] }),
    ...(placed.targets.length > 0 && {
      targets: [...(placed.regions.length > 0 ? [REGIONS_TARGET] : []), ...placed.targets],
    }),
  }
}
