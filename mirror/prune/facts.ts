/** What a run knows of the entries of a repository: the tags that each wants, for certain or not at all. */
import type { Resolved } from '../documents.ts'
import type { EntryFacts } from './decide.ts'
import type { PrunedEntry } from './documents.ts'

/** @param resolved - Resolve's document of the entry; undefined if Resolve failed, or did not run */
export function factsOf(
  { image, rules, expired, wanted }: PrunedEntry,
  resolved: Resolved | undefined,
): EntryFacts {
  const unwanted = resolved?.unwanted
  const found = [...(resolved?.tags ?? []), ...(resolved?.failed ?? [])].flatMap(({ tag }) => tag ?? [])
  // A selection by rules depends on the source's list of tags, which only Resolve's look at the missing ones confirms.
  const isCertain = wanted !== undefined || unwanted !== undefined
  return {
    image,
    rules,
    expired,
    isOpen: wanted === undefined,
    selected: isCertain ? new Set([...(wanted ?? []), ...found]) : undefined,
    unwanted: unwanted && new Map(unwanted.map(({ tag, reason }) => [tag, reason])),
  }
}
