/**
 * Fills a registry's store with sample images, one repository per source of a list, so that the list can be mirrored
 * without network access. Existing tags stay unchanged, unless they lack a platform that the list names.
 */
import type { List } from '../../mirror/list/config.ts'
import { type Entry, readEntry } from '../../mirror/list/entry.ts'
import { isRegex } from '../../mirror/list/tags/tag-pattern.ts'
import { isImageTag } from '../../mirror/resolve/image-tags.ts'
import { needsTagList } from '../../mirror/resolve/select/select-tags.ts'
import type { Store } from '../aws/registry/store/store.ts'
import { builder } from './builder.ts'
import { hasPlatforms, platformsNamed, platformsOf } from './platforms.ts'
import { lackingVersions } from './sample-versions.ts'
import { plainSample, SAMPLES, type Sample } from './samples.ts'

/** Tags for lists that only describe tags by patterns. */
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

/** Returns false if nothing had to be written. */
async function fillRepository(store: Store, repository: string, wanted: readonly Entry[]): Promise<boolean> {
  const isNew = !(await store.repositories.has(repository))
  const build = builder(store, repository)
  const names = platformsNamed(wanted)
  const platforms = platformsOf(names)

  /** Tags of images that have all wanted platforms, or not. */
  async function tagsThat(have: boolean): Promise<string[]> {
    const found = [...(await store.tags.all(repository))].filter(([tag]) => isImageTag(tag))
    const answers = await Promise.all(
      found.map(([, digest]) => hasPlatforms(store, repository, digest, names)),
    )
    return found.flatMap(([tag], index) => (answers[index] === have ? [tag] : []))
  }

  const isRenewed = isNew || (await tagsThat(false)).length > 0
  if (isRenewed) await sampleFor(repository, wanted)(build, platforms)
  const whole = await tagsThat(true)
  const versions = await Promise.all(wanted.map(({ select }) => lackingVersions(select, whole)))
  const named = new Set([...exactTags(wanted), ...versions.flat()])
  const missing = [...named].filter((tag) => !whole.includes(tag))
  if (missing.length > 0) await plainSample(repository, missing)(build, platforms)
  // Created last, so that an interrupted fill is repeated.
  if (isNew) await store.repositories.create(repository)
  return isRenewed || missing.length > 0
}

function sampleFor(repository: string, entries: readonly Entry[]): Sample {
  const known = SAMPLES[repository]
  if (known) return known
  const open = entries.some(({ select }) => needsTagList(select))
  return plainSample(repository, open ? SOME_VERSIONS : [])
}

function exactTags(entries: readonly Entry[]): string[] {
  const patterns = entries.flatMap(({ select }) => select.include)
  return [...new Set(patterns.filter((pattern) => !isRegex(pattern)))]
}
