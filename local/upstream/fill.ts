/**
 * Fills a registry's store with sample images, one repository for every source of a list, so that the list can be
 * mirrored on a machine that reaches no registry. A repository that is there already is left as it is.
 */
import type { List } from '../../mirror/config.ts'
import { type Entry, readEntry } from '../../mirror/entry.ts'
import { isRegex } from '../../mirror/tag-pattern.ts'
import type { Store } from '../aws/registry/store.ts'
import { builder } from './builder.ts'
import { plainSample, SAMPLES, type Sample } from './samples.ts'

/** Tags for a list that only says what tags look like. */
const SOME_VERSIONS = ['1.0.0', '1.0.1', '1.1.0-rc.1', '1.1.0', '2.0.0', 'latest']

/** @returns the repositories that were filled by this call */
export async function fillUpstream(store: Store, list: List): Promise<string[]> {
  const entries = list.images.map((image) => readEntry(image, list))
  const byRepository = Map.groupBy(entries, ({ ref }) => ref.repository)
  const filled = []
  for (const [repository, wanted] of byRepository) {
    if (await store.repositories.has(repository)) continue
    await sampleFor(repository, wanted)(builder(store, repository))
    // Last, so that a fill that was broken off is done again.
    await store.repositories.create(repository)
    filled.push(repository)
  }
  return filled
}

function sampleFor(repository: string, entries: readonly Entry[]): Sample {
  const known = SAMPLES[repository]
  if (known) return known
  const patterns = entries.flatMap(({ select }) => select.include)
  const exact = [...new Set(patterns.filter((pattern) => !isRegex(pattern)))]
  const open = entries.some(({ select }) => select.include.length === 0 || select.include.some(isRegex))
  return plainSample(repository, open ? [...exact, ...SOME_VERSIONS] : exact)
}
