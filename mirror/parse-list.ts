/**
 * From text to list: the one way in for mirror.yaml at synth, for the deployed list, and for a list in S3. All that
 * is wrong is told at once, before anything is done.
 */
import * as z from 'zod'
import { checkEntriesOf, checkList } from './check-list.ts'
import { imageEntrySchema, type List, listSchema, repositorySettingsSchema } from './config.ts'
import { parseWith, placed } from './parse-with.ts'
import { type Problem, refuse } from './problems.ts'
import { fromValue, readText, type SourceText } from './source-text.ts'

/**
 * A list to run instead of the configured one: what it leaves out is as configured. Where the stack lives and what
 * its push rule matches were decided when it was deployed.
 */
const customListSchema = listSchema
  .omit({ home: true, push: true })
  .partial()
  .extend({ images: listSchema.shape.images, repositories: repositorySettingsSchema.optional() })
export type CustomList = z.infer<typeof customListSchema>

/** @throws InvalidInput with every problem: file, line, key and fix */
export function parseList(text: string, file: string): List {
  return parseWith(readText(text, file), listSchema, { whole: checkList, parts: checkEntriesOf })
}

/** A list in S3: a whole one, or just its images. */
export function parseCustomList(text: string, file: string, configured: List): List {
  const source = readText(text, file)
  if (!Array.isArray(source.value))
    return mergeList(parseWith(source, customListSchema, { parts: checkEntriesOf }), configured, source)
  const images = parseWith(source, z.array(imageEntrySchema).min(1))
  return mergeList({ images }, configured, source)
}

/** The images of an execution's input. */
export function customList(images: CustomList['images'], file: string, configured: List): List {
  return mergeList({ images }, configured, fromValue({ images }, file))
}

/** The list as Plan keeps it for a rerun: one that `parseCustomList` takes. */
export function storedList({ home: _, push: __, ...list }: List): CustomList {
  return list
}

/** Regions can be chosen out of the configured ones, no others: nothing is granted there. */
function mergeList(custom: CustomList, { push: _, ...configured }: List, source: SourceText): List {
  const given = Object.fromEntries(Object.entries(custom).filter(([, value]) => value !== undefined))
  const home = configured.home ?? configured.regions[0]
  const merged: List = { ...configured, ...given, ...(home === undefined ? {} : { home }) }
  const problems = [...foreignRegions(merged, configured), ...checkList(withoutHome(merged))]
  // Where the document is just the images, the paths of problems start one step above it.
  const skipped = Array.isArray(source.value) ? 1 : 0
  return problems.length === 0
    ? merged
    : refuse(
        source.file,
        placed(problems, (path) => source.lineOf(path.slice(skipped))),
      )
}

function foreignRegions({ regions }: List, configured: Pick<List, 'regions'>): Problem[] {
  return regions.flatMap((region, index): Problem[] => {
    if (configured.regions.includes(region)) return []
    const text = `regions[${index}]: "${region}" is not configured; the regions are ${configured.regions.join(', ')}`
    return [{ path: ['regions', index], text }]
  })
}

/** A run may well leave the home region out. */
function withoutHome({ home: _, ...list }: List): List {
  return list
}
