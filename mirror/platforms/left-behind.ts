/** Warns about signatures and other artifacts of an index that the target does not get. */
import type { Artifact } from '../documents.ts'

export function leftBehind(source: string, { length }: readonly Artifact[]): string[] {
  if (length === 0) return []
  const what = length === 1 ? '1 signature or other artifact' : `${length} signatures and other artifacts`
  return [
    `${source}: ${what} of whole indexes stay behind, because they do not fit the indexes of the chosen platforms; those of each platform are mirrored`,
  ]
}
