/** Unites what several entries select from one source, because a list has one entry for it. */
import type { Tags } from '../../mirror/list/tags/schema.ts'
import { isExact, matchesTag } from './patterns.ts'

/** @returns undefined if one `tags` cannot say both */
export function unionOf(one: Tags, other: Tags): Tags | undefined {
  if (JSON.stringify(one) === JSON.stringify(other)) return one
  return bySets(one, other) ?? withExact(one, other) ?? withExact(other, one)
}

/** Patterns that both leave out the same tags, and do nothing else. */
function bySets(one: Tags, other: Tags): Tags | undefined {
  const { include, exclude = [], ...others } = one
  const { include: include2, exclude: exclude2 = [], ...others2 } = other
  const isSame = JSON.stringify([...exclude].sort()) === JSON.stringify([...exclude2].sort())
  if (!isSame || Object.keys(others).length > 0 || Object.keys(others2).length > 0) return undefined
  const all = include === undefined || include2 === undefined
  return {
    ...(all ? {} : { include: [...new Set([...include, ...include2])] }),
    ...(exclude.length === 0 ? {} : { exclude }),
  }
}

/** Exact tags join any selection that does not leave them out. */
function withExact({ include = [], ...others }: Tags, other: Tags): Tags | undefined {
  const isPlain = Object.keys(others).length === 0 && include.length > 0 && include.every(isExact)
  const isLeftOut = (other.exclude ?? []).some((pattern) => include.some((tag) => matchesTag(pattern, tag)))
  if (!isPlain || isLeftOut || other.include === undefined) return undefined
  return { ...other, include: [...new Set([...other.include, ...include])] }
}
