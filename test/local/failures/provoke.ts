// Each error of the runbook, as the services give it, at each state of the workflow.
import type { Json } from '../../../local/json.ts'
import { StatesError } from '../../../local/states-error.ts'
import { ErrorName, MAX_RETRY_AFTER_SECONDS } from '../../../mirror/error-name.ts'
import { resultKeyOf } from '../../../mirror/keys.ts'
import { broken, built, thrownBy } from './answers.ts'
import type { Attempt, Fault, RunOf, Told, World } from './world.ts'

const ALERTS = ['Send the alert', 'Send the refusal']
const YEAR = 365 * 86_400_000

/** A run in which the error is met at the state, every time, by this image alone. */
export function provoke(world: World, error: string, state: string, image: string): Promise<Told> {
  const fault: Fault = (attempt, run) => {
    if (at(attempt, state, image)) return failure(error, attempt, run)
    // There is no alert without a failed pair.
    if (state === 'Send the alert' && at(attempt, 'Diff the region', image))
      throw thrownBy('AccessDenied', 'no')
    return undefined
  }
  const refused = state === 'Send the refusal' || error === ErrorName.InvalidInput
  return world.run(refused && state !== 'Resolve the image' ? orReal(fault, error) : fault, {
    input: refused && ['Plan the run', 'Send the refusal'].includes(state) ? { image: 'redis' } : {},
  })
}

/** Plan itself refuses an input that is none. */
function orReal(fault: Fault, error: string): Fault {
  return (attempt, run) =>
    attempt.state === 'Plan the run' && error === ErrorName.InvalidInput ? undefined : fault(attempt, run)
}

export function at(attempt: Attempt, state: string, image: string): boolean {
  return attempt.state === state && (attempt.image === undefined || attempt.image === image)
}

async function failure(error: string, attempt: Attempt, run: RunOf): Promise<Json> {
  if (error === 'States.Timeout') {
    await run.pass(YEAR)
    return null
  }
  if (error === 'States.DataLimitExceeded') return 'x'.repeat(262_145)
  if (error === 'States.Runtime') {
    throw new StatesError(error, 'a path was not there', { retryable: false, catchable: false })
  }
  if (attempt.state === 'Sync the region') return buildFailure(error, attempt, run)
  const byFunction = !/^(Lambda|States|SNS)\./.test(error) && !ALERTS.includes(attempt.state)
  throw byFunction ? thrownBy(error, 'it is so') : new StatesError(error, 'the service says so')
}

/** The Sync program hands permanent errors and rate limits on as its outcome; for others, the build fails. */
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
    case 'States.TaskFailed':
      throw broken('FAULT')
    default:
      if (error in ErrorName) return built({ status: 'failed', error: cause })
      throw new StatesError(error, 'the service says so')
  }
}

/** The state in which a pair ends whose Sync met this. */
export function endsAt(error: string): string {
  return error === ErrorName.RateLimited || error === ErrorName.DeadlineReached ? 'Deferred' : 'Failed'
}
