/** Which tags of a repository can be moved: ECR's four modes as what they protect, and how strict that is. */
import type { ImmutableTags } from '../list/repositories/schema.ts'
import { listed } from '../words.ts'

/** ECR's mode and its filters: tags in which `*` stands for any characters. */
export interface Mutability {
  readonly mode: string
  readonly filters: readonly string[]
}

export function mutabilityOf(given: ImmutableTags): Mutability {
  if (typeof given === 'boolean') return { mode: given ? 'IMMUTABLE' : 'MUTABLE', filters: [] }
  return { mode: 'IMMUTABLE_WITH_EXCLUSION', filters: given.except }
}

export function sameMutability(some: Mutability, others: Mutability): boolean {
  return some.mode === others.mode && sorted(some.filters).join() === sorted(others.filters).join()
}

/** Whether the second protects every tag that the first protects. Filters are compared as text. */
export function protectsAsMuch(before: Mutability, after: Mutability): boolean {
  if (before.mode === 'MUTABLE' || after.mode === 'IMMUTABLE') return true
  if (before.mode !== after.mode) return false
  if (after.mode === 'IMMUTABLE_WITH_EXCLUSION')
    return after.filters.every((filter) => before.filters.includes(filter))
  return before.filters.every((filter) => after.filters.includes(filter))
}

/** `immutable, except for latest` */
export function describeMutability({ mode, filters }: Mutability): string {
  const [what = mode] = mode.split('_')
  const but = filters.length === 0 ? '' : `, except for ${listed(sorted(filters), 700)}`
  return `${what.toLowerCase()}${but}`
}

function sorted(filters: readonly string[]): string[] {
  return [...new Set(filters)].sort()
}
