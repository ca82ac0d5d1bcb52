/** Takes from a run's report what it measured of pairs: bytes, builds and time. */
import { ASSUMED } from '../../estimate/assumed.ts'
import type { PairReport } from '../../mirror/documents.ts'
import type { MeasuredRun } from './read-report.ts'

export interface MeasuredPair {
  /** GB that the change moved. @default - the pair was not copied */
  readonly changed?: number
  /** GB that the target keeps. @default - the run copied only a part of it, or nothing */
  readonly stored?: number
  /** Duration of the last build. @default - unknown */
  readonly buildSeconds?: number
}

export function measuredOf(pair: PairReport): MeasuredPair {
  if (pair.outcome !== 'synced') return {}
  const gigabytes = pair.bytes / 1e9
  const { times } = pair
  return {
    changed: gigabytes,
    ...(isWhole(pair) ? { stored: gigabytes } : {}),
    ...(times === undefined ? {} : { buildSeconds: ASSUMED.buildStartSeconds + secondsOf(times) }),
  }
}

/** The target had none of the tags before, so the bytes are those of the whole image. */
function isWhole({ tags, failedTags = [], deferredTags = [] }: PairReport): boolean {
  const isNew = ({ written, was }: PairReport['tags'][number]) => written === true && was === undefined
  return tags.length > 0 && tags.every(isNew) && failedTags.length + deferredTags.length === 0
}

function secondsOf({ copying, ended }: NonNullable<PairReport['times']>): number {
  return Math.max(0, (Date.parse(ended) - Date.parse(copying)) / 1000)
}

/** Hours from the first comparison of a run to its last build. Undefined if the report has no times. */
export function spanOf({ pairs }: MeasuredRun): number | undefined {
  const times = pairs
    .flatMap(({ at, times: phases }) => [at, phases?.ordered, phases?.ended])
    .flatMap((time) => (time === undefined ? [] : [Date.parse(time)]))
  if (times.length === 0) return undefined
  const [first, last] = times.reduce(
    ([from, to], time) => [Math.min(from, time), Math.max(to, time)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  return (last - first) / 3_600_000
}

/** Completes a pair by what the same run measured of the same image at other targets, which get the same bytes. */
export function completed(own: MeasuredPair, ofImage: readonly MeasuredPair[]): MeasuredPair {
  const [changed, stored, buildSeconds] = (['changed', 'stored', 'buildSeconds'] as const).map(
    (key) => own[key] ?? meanOf(ofImage.flatMap((pair) => pair[key] ?? [])),
  )
  return {
    ...(changed === undefined ? {} : { changed }),
    ...(stored === undefined ? {} : { stored }),
    ...(buildSeconds === undefined ? {} : { buildSeconds }),
  }
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}
