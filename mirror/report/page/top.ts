/** Keeps the largest of many values, in bounded memory. */

export interface Top<T> {
  add(value: T): void
  /** The values that were kept, largest first. */
  values(): readonly T[]
}

export function startTop<T>(size: number, sizeOf: (value: T) => number): Top<T> {
  let kept: T[] = []
  let least = 0
  /** Sorts and cuts, seldom enough to cost nothing. */
  function settle(): void {
    kept = kept.sort((a, b) => sizeOf(b) - sizeOf(a)).slice(0, size)
    const last = kept[size - 1]
    least = last === undefined ? 0 : sizeOf(last)
  }
  return {
    add(value) {
      if (sizeOf(value) <= least) return
      kept.push(value)
      if (kept.length >= 2 * size) settle()
    },
    values() {
      settle()
      return kept
    },
  }
}
