/** Tells selections that take tags from the list of the source from those that only name tags. */
import type { Tags } from './schema.ts'
import { isRegex } from './tag-pattern.ts'

/** Whether tags may be selected that `include` does not name. */
export function isOpen({
  include = [],
  semver,
  variant,
}: Pick<Tags, 'include' | 'semver' | 'variant'>): boolean {
  return include.length === 0 || include.some(isRegex) || semver !== undefined || variant !== undefined
}
