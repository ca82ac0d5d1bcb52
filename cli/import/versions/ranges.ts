/** Reads the version ranges of an entry, any of which a tag may be in. */

import { quotedText } from '../read/text.ts'
import { parseConstraint } from './constraint.ts'
import type { Versions } from './dialects.ts'
import type { Interval } from './interval.ts'

export interface Ranges {
  readonly intervals: readonly Interval[]
  readonly notes: readonly string[]
}

/** @returns why the ranges cannot be imported */
export function readRanges(texts: readonly string[], { dialect }: Versions): Ranges | string {
  const intervals: Interval[] = []
  const notes: string[] = []
  for (const text of texts) {
    const constraint = parseConstraint(text, dialect)
    if (constraint === undefined) return `${quotedText(text)} is not a range`
    intervals.push(...constraint.intervals)
    if (constraint.isRough) {
      notes.push(
        `${quotedText(text)} compares suffixes of one version; here, all suffixes of this version are selected`,
      )
    }
  }
  if (texts.length > 0 && intervals.length === 0)
    return `${texts.map(quotedText).join(' or ')} contains no version`
  return { intervals, notes }
}
