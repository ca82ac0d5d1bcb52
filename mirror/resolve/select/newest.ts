/** Keeps the newest of many candidates without keeping the others. */

export interface Newest<T> {
  /** Adds a candidate. Returns those that are not among the newest any more. */
  add(candidate: T): readonly T[]
  /** Newest first. */
  kept(): readonly T[]
}

/**
 * @param count - how many to keep; equal candidates count as one
 * @param newestFirst - compares two candidates
 */
export function createNewest<T>(count: number, newestFirst: (one: T, other: T) => number): Newest<T> {
  /** Groups of equal candidates, newest first. */
  const groups: [T, ...T[]][] = []

  /** Binary search: the position of the first group that is not newer. */
  function positionOf(candidate: T): number {
    let low = 0
    let high = groups.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const group = groups[middle]
      if (group !== undefined && newestFirst(group[0], candidate) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    add(candidate) {
      const at = positionOf(candidate)
      const group = groups[at]
      if (group !== undefined && newestFirst(group[0], candidate) === 0) {
        group.push(candidate)
        return []
      }
      if (at >= count) return [candidate]
      groups.splice(at, 0, [candidate])
      return groups.length > count ? (groups.pop() ?? []) : []
    },
    kept: () => groups.flat(),
  }
}
