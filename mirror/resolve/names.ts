/** Renames the tag of a source to the tags that `to` names. */
import type { Select } from '../contract.ts'
import type { ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'
import { listed } from '../words.ts'

/** Width of the tags in the message. */
const MAX_TAGS_WIDTH = 200

/** @throws InvalidTarget for several tags, which would replace each other */
export function underNames(resolved: readonly ResolvedTag[], names: Select['names']): readonly ResolvedTag[] {
  const [only] = resolved
  if (names === undefined || only === undefined) return resolved
  if (resolved.length > 1) {
    const tags = listed(
      resolved.map(({ tag, digest }) => tag ?? digest),
      MAX_TAGS_WIDTH,
    )
    const message = `"to" names tags for one tag of the source, but ${resolved.length} are selected: ${tags}; select one, or remove the tags from "to"`
    throw namedError(ErrorName.InvalidTarget, message)
  }
  const { tag: own, ...content } = only
  return [...new Set(names.map((name) => name ?? own))].map((tag) => {
    if (tag === own || tag === undefined) return only
    return { ...content, tag, ...(own === undefined ? {} : { sourceTag: own }) }
  })
}
