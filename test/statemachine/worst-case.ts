// The maximum duration of a workflow in which every step fails as often as possible.
import { MAX_DEFERRED_ROUNDS } from '../../mirror/contract.ts'
import { MAX_RETRY_AFTER_SECONDS } from '../../mirror/error-name.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { type Graph, type Retrier, type State, stateOf } from './definition.ts'

/** The home region first, then the others. */
export const WAVES = 2
/** Duration of a service's refusal. */
const REFUSAL_SECONDS = 60

/** The pauses of a retrier that uses all its tries, without jitter. */
export function longestWait({
  IntervalSeconds = 1,
  BackoffRate = 2,
  MaxDelaySeconds = Number.POSITIVE_INFINITY,
  MaxAttempts = 3,
}: Retrier): number {
  const pauses = Array.from({ length: MaxAttempts }, (_, n) => IntervalSeconds * BackoffRate ** n)
  return pauses.reduce((sum, pause) => sum + Math.min(pause, MaxDelaySeconds), 0)
}

/**
 * One visit of a task. Every try may last until the timeout, except those that the service refuses to start. A build
 * runs only if the queue has room and it started.
 */
export function longestVisit({ TimeoutSeconds = Number.NaN, Retry = [] }: State): number {
  const refused = Retry.filter(({ ErrorEquals }) =>
    ErrorEquals.every((error) => error.startsWith('CodeBuild.')),
  )
  const tries = (retriers: readonly Retrier[]) =>
    retriers.reduce((sum, { MaxAttempts = 3 }) => sum + MaxAttempts, 0)
  const run = Retry.filter((retrier) => !refused.includes(retrier))
  const waits = Retry.reduce((sum, retrier) => sum + longestWait(retrier), 0)
  return TimeoutSeconds * (1 + tries(run)) + REFUSAL_SECONDS * tries(refused) + waits
}

/** The home region, then the others in as many batches as the Map needs. */
function turnsOf({ MaxConcurrency }: State, regions: number): number {
  return 1 + Math.ceil((regions - 1) / Number(MaxConcurrency))
}

/** One image in which every pair takes the worst case. */
export function longestRun(workflow: Graph, regions: number): number {
  const visit = (name: string) => longestVisit(stateOf(workflow, name))
  const pair =
    visit(StateName.Diff) +
    (visit(StateName.Sync) + visit(StateName.ReadOutcome)) * (1 + MAX_DEFERRED_ROUNDS) +
    MAX_RETRY_AFTER_SECONDS * MAX_DEFERRED_ROUNDS
  const image = visit(StateName.Resolve) + pair * turnsOf(stateOf(workflow, StateName.MirrorTargets), regions)
  return visit(StateName.Plan) + image + visit(StateName.Report) + visit(StateName.SendAlert)
}
