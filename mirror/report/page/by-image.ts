/** Groups the pairs of a report by image, as a page takes them. */
import type { PairReport } from '../../documents.ts'

/** A target that occurs again belongs to another entry of the list. */
export function byImage(pairs: readonly PairReport[]): PairReport[][] {
  const groups: PairReport[][] = []
  for (const pair of pairs) {
    const last = groups.at(-1)
    const isSame = last?.[0]?.image === pair.image && !last.some(({ target }) => target === pair.target)
    if (isSame) last.push(pair)
    else groups.push([pair])
  }
  return groups
}
