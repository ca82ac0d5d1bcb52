/** Gives the one tag of a source the tags that it has at the targets. */
import type { Select } from '../contract.ts'
import type { ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'

/** @throws InvalidTarget for several tags, which would replace each other */
export function underNames(resolved: readonly ResolvedTag[], names: Select['names']): readonly ResolvedTag[] {
  const [only] = resolved
  if (names === undefined || only === undefined) return resolved
  if (resolved.length > 1) {
    const message = `"to" names tags for one tag of the source, but ${resolved.length} are selected: ${listed(resolved)}; select one, or remove the tags from "to"`
    throw namedError(ErrorName.InvalidTarget, message)
  }
  const { tag: own, ...content } = only
  return [...new Set(names.map((name) => name ?? own))].map((tag) => {
    if (tag === own || tag === undefined) return only
    return { ...content, tag, ...(own === undefined ? {} : { sourceTag: own }) }
  })
}

const MAX_LISTED = 5

function listed(resolved: readonly ResolvedTag[]): string {
  const some = resolved.slice(0, MAX_LISTED).map(({ tag, digest }) => tag ?? digest)
  return `${some.join(', ')}${resolved.length > MAX_LISTED ? ', …' : ''}`
}
