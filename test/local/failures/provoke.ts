// Provokes each error of the runbook, in the services' format, at each state of the workflow.
import type { Json } from '../../../local/json.ts'
import { StatesError } from '../../../local/states-error.ts'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { ErrorName, MAX_RETRY_AFTER_SECONDS } from '../../../mirror/error-name.ts'
import { resultKeyOf } from '../../../mirror/keys.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { broken, built, thrownBy } from './answers.ts'
import type { Attempt, Fault, RunOf, Told, World } from './world.ts'

const ALERTS: readonly string[] = [StateName.SendAlert]
const YEAR = 365 * 86_400_000

/** A run in which this state fails with the error at every try, for one image only. */
export function provoke(world: World, error: string, state: string, image: string): Promise<Told> {
  const fault: Fault = (attempt, run) => {
    if (at(attempt, state, image)) return failure(error, attempt, run)
    // The alert needs a failed pair.
    if (state === StateName.SendAlert && at(attempt, StateName.Diff, image))
      throw thrownBy('AccessDenied', 'no')
    return undefined
  }
  const refused = state === StateName.Plan && error === ErrorName.InvalidInput
  return world.run(refused ? orReal(fault, error) : fault, { input: refused ? { image: 'redis' } : {} })
}

/** Plan itself refuses an invalid input. */
function orReal(fault: Fault, error: string): Fault {
  return (attempt, run) =>
    attempt.state === StateName.Plan && error === ErrorName.InvalidInput ? undefined : fault(attempt, run)
}

export function at(attempt: Attempt, state: string, image: string): boolean {
  return attempt.state === state && (attempt.image === undefined || attempt.image === image)
}

async function failure(error: string, attempt: Attempt, run: RunOf): Promise<Json> {
  if (error === StatesErrorName.Timeout) {
    await run.pass(YEAR)
    return null
  }
  if (error === StatesErrorName.DataLimitExceeded) return 'x'.repeat(262_145)
  if (error === StatesErrorName.Runtime) {
    throw new StatesError(error, 'a path was not there', { retryable: false, catchable: false })
  }
  if (attempt.state === StateName.Sync) return buildFailure(error, attempt, run)
  const byFunction = !/^(Lambda|States|SNS)\./.test(error) && !ALERTS.includes(attempt.state)
  throw byFunction ? thrownBy(error, 'it is so') : new StatesError(error, 'the service says so')
}

/** The Sync program reports permanent errors and rate limits as its outcome. Other errors fail the build. */
async function buildFailure(error: string, { order = '' }: Attempt, { put }: RunOf): Promise<Json> {
  const cause = { name: error, message: 'it is so' }
  switch (error) {
    case ErrorName.RateLimited:
      return built({ status: 'deferred', retryAfterSeconds: MAX_RETRY_AFTER_SECONDS })
    case ErrorName.DeadlineReached:
      return built({ status: 'deferred', retryAfterSeconds: 1, error: cause })
    case ErrorName.OutcomeMissing:
      return built({ status: 'failed' })
    case ErrorName.RegistryUnavailable: {
      const outcome = {
        status: 'failed',
        bytes: 0,
        seconds: 1,
        blobs: { copied: 0, mounted: 0, present: 0 },
        warnings: 0,
      }
      await put(resultKeyOf(order), {
        outcome: { ...outcome, error: cause },
        round: 0,
        tags: [],
        warnings: [],
        requests: {},
      })
      throw broken('FAILED')
    }
    case StatesErrorName.TaskFailed:
      throw broken('FAULT')
    default:
      if (error in ErrorName) return built({ status: 'failed', error: cause })
      throw new StatesError(error, 'the service says so')
  }
}

/** The last state of a pair whose Sync met this error. */
export function endsAt(error: string): string {
  return error === ErrorName.RateLimited || error === ErrorName.DeadlineReached
    ? StateName.Deferred
    : StateName.Failed
}
