/** Assigns exactly one outcome to each planned pair, including those without a result. */

import type { ImageEnd, ImageItem, Outcome, PairEnd, SyncOutcome } from '../contract.ts'
import { ErrorName } from '../error-name.ts'
import type { PairTimes } from '../pair-times.ts'
import { repositoryAt, type Target } from '../target.ts'
import { type Caught, explainCaught, isOfFunction, type PlainError } from './cause.ts'

export interface PairOutcome {
  readonly id: string
  readonly image: string
  readonly target: Target
  readonly repository: string
  readonly outcome: Outcome
  readonly bytes: number
  readonly seconds: number
  readonly error?: PlainError
  /** It ended without a build, so no result exists. @default false */
  readonly unbuilt?: boolean
  /** The target holds, or in a dry run would hold, all tags that did not fail in Resolve. @default false */
  readonly holdsRest?: boolean
  /** Number of stored warnings. @default 0 */
  readonly warnings?: number
  /** Number of tags that had another digest at the target. @default 0 */
  readonly moved?: number
  /** When Diff compared the target. @default - unknown */
  readonly at?: string
  readonly times?: PairTimes
  /** The target may keep tags that differ from the source. @default false */
  readonly missingOnly?: boolean
}

type Ending = Pick<PairOutcome, 'outcome' | 'error'>

/** Temporary errors: the next run resumes where this one stopped. */
const FOR_LATER: readonly string[] = [ErrorName.RateLimited, ErrorName.DeadlineReached]

/** The part of an image item that Report needs. Ten thousand whole items would fill the memory. */
export interface PlannedImage extends Pick<ImageItem, 'id' | 'image' | 'repository' | 'conflict'> {
  readonly targets: readonly Target[]
  readonly missingOnly?: boolean
}

export function plannedImage(item: ImageItem): PlannedImage {
  const { id, image, repository, waves, conflict, select } = item
  const targets = waves.flatMap((wave) => wave.targets)
  return {
    id,
    image,
    repository,
    targets,
    ...(conflict === undefined ? {} : { conflict }),
    ...(select.missingOnly === true ? { missingOnly: true } : {}),
  }
}

/** Returns one outcome per pair of the image, in the order of the plan. */
export function outcomesOf(planned: PlannedImage, end: ImageEnd | undefined): PairOutcome[] {
  const { id, image, repository, targets, missingOnly = false } = planned
  const pairEnds = new Map(end?.waves?.flat().map((pair) => [pair.target, pair]))
  return targets.map((target): PairOutcome => {
    const pairEnd = pairEnds.get(target.id)
    return {
      id,
      image,
      target,
      repository: repositoryAt(target, repository),
      bytes: pairEnd?.sync?.bytes ?? 0,
      seconds: pairEnd?.sync?.seconds ?? 0,
      ...unlessConflict(planned, target, pairEnd === undefined ? withoutEnd(end) : endingOf(pairEnd)),
      ...unbuilt(pairEnd?.caught ?? end?.caught),
      ...(pairEnd?.error === undefined ? {} : { unbuilt: true, holdsRest: true }),
      ...warningsOf(pairEnd),
      ...comparedAt(pairEnd),
      ...ofBuild(pairEnd?.sync),
      ...(missingOnly ? { missingOnly } : {}),
    }
  })
}

/** The sync succeeded but replaced somebody's push, which must be reported. */
function unlessConflict({ conflict }: PlannedImage, { id }: Target, ending: Ending): Ending {
  if (conflict?.target !== id || ending.outcome === 'failed') return ending
  return failedWith({ name: ErrorName.TagConflict, message: conflict.message })
}

function unbuilt(caught: Caught | undefined): Pick<PairOutcome, 'unbuilt'> {
  return caught !== undefined && isOfFunction(caught) ? { unbuilt: true } : {}
}

function ofBuild({ moved, times }: Partial<SyncOutcome> = {}): Pick<PairOutcome, 'moved' | 'times'> {
  return { ...(moved === undefined ? {} : { moved }), ...(times === undefined ? {} : { times }) }
}

function comparedAt({ at, sync }: Partial<PairEnd> = {}): Pick<PairOutcome, 'at'> {
  const time = at ?? sync?.times?.ordered
  return time === undefined ? {} : { at: time }
}

function warningsOf(end: PairEnd | undefined): Pick<PairOutcome, 'warnings'> {
  const warnings = end?.warnings ?? end?.sync?.warnings ?? 0
  return warnings === 0 ? {} : { warnings }
}

/** The last error counts: a pair that was deferred and then failed has failed. */
export function endingOf({ caught, sync, error, outcome }: Omit<PairEnd, 'target'>): Ending {
  if (caught !== undefined) return failedWith(explainCaught(caught))
  if (error !== undefined) return { outcome: 'failed', error }
  if (sync !== undefined) return endingOfSync(sync)
  return outcome === undefined ? failedWith(missing('it ended without an outcome')) : { outcome }
}

function endingOfSync({ status, error }: SyncOutcome): Ending {
  if (status === 'synced') return { outcome: 'synced' }
  if (status === 'failed') return { outcome: 'failed', error: error ?? missing('the build gave no reason') }
  const rateLimited = { name: ErrorName.RateLimited, message: 'the registry asks to slow down' }
  // Some tags may have failed permanently while others were deferred.
  const failed = error !== undefined && !FOR_LATER.includes(error.name)
  return { outcome: failed ? 'failed' : 'deferred', error: error ?? rateLimited }
}

/** The image ended before the pair: with an error that then applies to the pair, or without a trace. */
function withoutEnd(end: ImageEnd | undefined): Ending {
  if (end?.caught !== undefined) return failedWith(explainCaught(end.caught))
  return failedWith(missing('the run ended before this pair was done; run it again'))
}

/** A rate limit that outlasts all retries is not a failure: the next run resumes where this one stopped. */
function failedWith(error: PlainError): Ending {
  return { outcome: error.name === ErrorName.RateLimited ? 'deferred' : 'failed', error }
}

function missing(message: string): PlainError {
  return { name: ErrorName.OutcomeMissing, message }
}
