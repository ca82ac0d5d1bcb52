/** What was known of a pair before a run, for the run's report. */
import type { PairReport } from '../documents.ts'
import type { Place, Status } from './schema.ts'
import { keyOf } from './seen.ts'

/** @returns undefined for a pair that no run has seen before */
export type History = (
  pair: Pick<PairReport, 'image' | 'target' | 'repository'>,
) => Pick<Place, 'verified' | 'since'> | undefined

export const NO_HISTORY: History = () => undefined

export function startHistory(before: Status | undefined): History {
  const images = new Map(before?.images.map(({ image, places }) => [image, places]))
  return ({ image, ...place }) => images.get(image)?.find((one) => keyOf(one) === keyOf(place))
}
