/** Compares patterns of names, in which `*` stands for any characters. */
import { matchesAny } from './names.ts'

/** Whether a name can match both patterns. Takes time proportional to the product of their lengths. */
export function overlap(one: string, other: string): boolean {
  if (!other.includes('*')) return matchesAny([one], other)
  // Whether the rest of `one` and the rest of `other` overlap, for each rest of `other`; starts with the empty rests.
  let after = Array.from({ length: other.length + 1 }, (_, at) => isOnlyStars(other.slice(at)))
  for (let i = one.length - 1; i >= 0; i--) {
    const row = [...after]
    row[other.length] = isOnlyStars(one.slice(i))
    for (let j = other.length - 1; j >= 0; j--) {
      const skips = (after[j] ?? false) || (row[j + 1] ?? false)
      const isStar = one[i] === '*' || other[j] === '*'
      row[j] = isStar ? skips : one[i] === other[j] && (after[j + 1] ?? false)
    }
    after = row
  }
  return after[0] ?? false
}

function isOnlyStars(text: string): boolean {
  return /^\**$/.test(text)
}
