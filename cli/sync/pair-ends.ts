/** The ends of an image's pairs so far, as the workflow would write them, and the report of them. */
import { waitSeconds } from '../../copy/outcome.ts'
import type { ImageItem, PairEnd, SyncOutcome } from '../../mirror/contract.ts'
import type { PairReport, Resolved } from '../../mirror/documents.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { describeFailure } from '../../mirror/failure.ts'
import { endingOf, outcomesOf, type PairOutcome, plannedImage } from '../../mirror/report/outcomes.ts'
import {
  needsResolved,
  needsResult,
  needsWarnings,
  type PairDetails,
  reportPair,
} from '../../mirror/report/report.ts'
import type { Target } from '../../mirror/target.ts'
import { durationText } from '../../mirror/units.ts'
import { interruption, isInterruption } from '../terminal/interrupted.ts'
import { type Tracker, targetsOf } from './tracker.ts'

export interface PairEnds {
  /** The targets that another round has something to do for. */
  due(): Target[]
  /** The targets that were found to hold everything. */
  complete(): Target[]
  /** @param again - whether another round is to try the pair again @default false */
  end(target: Target, end: Omit<PairEnd, 'target'>, details: PairDetails, again?: boolean): void
  /** Ends a pair whose copy a signal stopped. @param sync - the outcome of the copy, with the bytes sent so far */
  interrupt(target: Target, sync: SyncOutcome): void
  /** @returns after how many seconds another round may help; 0 if it cannot */
  fail(target: Target, error: unknown): number
  /** All pairs as they end, in the order of the plan. One without an end was interrupted, and failed. */
  reports(resolved: Resolved | undefined): PairReport[]
}

export function collectEnds(item: ImageItem, tracker: Tracker): PairEnds {
  const targets = targetsOf(item)
  const ends = new Map<string, PairEnd>()
  const details = new Map<string, PairDetails>()
  const unsettled = new Set<string>()

  /** Some tags of a pair may have failed while others wait for a rate limit. */
  function isOpen({ id }: Target): boolean {
    const end = ends.get(id)
    if (end === undefined || unsettled.has(id)) return true
    return end.sync?.status === 'deferred' || endingOf(end).outcome === 'deferred'
  }

  /** A pair that was interrupted is not done, so it is not shown as failed. */
  function show(target: Target, { outcome, error }: Pick<PairOutcome, 'outcome' | 'error'>): void {
    tracker.set(item, target, isInterruption(error) ? 'interrupted' : outcome)
  }

  function end(target: Target, pair: Omit<PairEnd, 'target'>, more: PairDetails, again = false): void {
    ends.set(target.id, { target: target.id, ...pair })
    details.set(target.id, more)
    if (again) unsettled.add(target.id)
    else unsettled.delete(target.id)
    if (!isOpen(target)) show(target, endingOf(pair))
  }

  function fail(target: Target, error: unknown): number {
    const { name, message, retryAfterSeconds } = describeFailure(error)
    const wait =
      retryAfterSeconds === undefined
        ? ''
        : `; the registry asks to wait for ${durationText(retryAfterSeconds)}`
    const Cause = JSON.stringify({ errorType: name, errorMessage: message + wait })
    end(target, { caught: { Error: name, Cause } }, {})
    return name === ErrorName.RateLimited ? waitSeconds(error) : 0
  }

  return {
    due: () => targets.filter(isOpen),
    complete: () => targets.filter(({ id }) => ends.get(id)?.outcome === 'inSync'),
    end,
    interrupt(target, sync) {
      const { name, message } = interruption()
      end(target, { sync: { ...sync, status: 'failed', error: { name, message } } }, {})
    },
    fail,
    reports(resolved) {
      for (const target of targets) if (!ends.has(target.id)) fail(target, interruption())
      const image = { id: item.id, waves: [[...ends.values()]] }
      return outcomesOf(plannedImage(item), image).map((outcome) => {
        show(outcome.target, outcome)
        const { warnings, result, kept } = details.get(outcome.target.id) ?? {}
        return reportPair(outcome, {
          resolved: needsResolved(outcome) ? resolved : undefined,
          result: needsResult(outcome) ? result : undefined,
          warnings: needsWarnings(outcome) ? warnings : undefined,
          kept,
        })
      })
    },
  }
}
