/** Collects failures to list artifacts, and summarizes them in one bounded warning. */
import { shortened } from '../failure.ts'

const MAX_REASONS = 3
const MAX_WARNING = 1_000

export interface ListingGaps {
  /** @param reason - the source's error, if it was asked */
  add(subject: string, reason?: string): void
  /** Records an implausible claim of the source, and returns no artifacts instead. */
  implausible(subject: string, what: string): never[]
  has(subject: string): boolean
  warning(): string | undefined
}

/** @param name - the source's name */
export function createListingGaps(name: string): ListingGaps {
  const subjects = new Set<string>()
  /** Keyed by the reason without digests, so that the same error for several digests appears once. */
  const reasons = new Map<string, string>()

  function add(subject: string, reason?: string): void {
    subjects.add(subject)
    if (reason === undefined || reasons.size >= MAX_REASONS) return
    const kind = reason.replaceAll(/sha(?:256|512)[:-][a-f0-9]+/g, '')
    if (!reasons.has(kind)) reasons.set(kind, reason)
  }

  return {
    add,
    implausible(subject, what) {
      add(subject, `it claims ${what}, which is not plausible`)
      return []
    },
    has: (subject) => subjects.has(subject),
    warning() {
      const [first] = subjects
      if (first === undefined) return undefined
      const more = subjects.size === 1 ? '' : ` and ${subjects.size - 1} other digests`
      const why = [...reasons.values()].join('; ')
      const text = `${name} does not list all signatures and other artifacts of ${first}${more}: ${why}`
      return shortened(text, MAX_WARNING)
    },
  }
}
