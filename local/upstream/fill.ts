/**
 * Fills a registry's store with sample images, one repository for every source of a list, so that the list can be
 * mirrored on a machine that reaches no registry. What is there already is left as it is.
 */
import type { List } from '../../mirror/list/config.ts'
import { type Entry, readEntry } from '../../mirror/list/entry.ts'
import { isRegex } from '../../mirror/list/tag-pattern.ts'
import type { Store } from '../aws/registry/store/store.ts'
import { builder } from './builder.ts'
import { plainSample, SAMPLES, type Sample } from './samples.ts'

/** Tags for a list that only says what tags look like. */
const SOME_VERSIONS = ['1.0.0', '1.0.1', '1.1.0-rc.1', '1.1.0', '2.0.0', 'latest']

/** @returns the repositories that this call wrote to */
export async function fillUpstream(store: Store, list: List): Promise<string[]> {
  const entries = list.images.map((image) => readEntry(image, list))
  const byRepository = Map.groupBy(entries, ({ ref }) => ref.repository)
  const filled = []
  for (const [repository, wanted] of byRepository) {
    if (await fillRepository(store, repository, wanted)) filled.push(repository)
  }
  return filled
}

/** False: there was nothing to do. */
async function fillRepository(store: Store, repository: string, wanted: readonly Entry[]): Promise<boolean> {
  const isNew = !(await store.repositories.has(repository))
  const build = builder(store, repository)
  if (isNew) await sampleFor(repository, wanted)(build)
  const tags = await store.tags.all(repository)
  const missing = exactTags(wanted).filter((tag) => !tags.has(tag))
  if (missing.length > 0) await plainSample(repository, missing)(build)
  // Last, so that a fill that was broken off is done again.
  if (isNew) await store.repositories.create(repository)
  return isNew || missing.length > 0
}

function sampleFor(repository: string, entries: readonly Entry[]): Sample {
  const known = SAMPLES[repository]
  if (known) return known
  const open = entries.some(({ select }) => select.include.length === 0 || select.include.some(isRegex))
  return plainSample(repository, open ? SOME_VERSIONS : [])
}

function exactTags(entries: readonly Entry[]): string[] {
  const patterns = entries.flatMap(({ select }) => select.include)
  return [...new Set(patterns.filter((pattern) => !isRegex(pattern)))]
}
