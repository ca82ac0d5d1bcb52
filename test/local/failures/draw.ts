// Draws the faults of a run, and with them the expected end of each pair.
import type { Json } from '../../../local/json.ts'
import { StatesError } from '../../../local/states-error.ts'
import { CodeBuildErrorName, LambdaErrorName, StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { pick } from '../../support/random.ts'
import { broken, built, thrownBy } from './answers.ts'
import type { Attempt, Fault } from './world.ts'

type PairEnd = 'synced' | 'failed' | 'deferred'

export interface Drawn {
  /** The fault of the run itself: a state, a step of the Map, or `abort`. */
  readonly run: string
  readonly pairs: readonly { readonly image: string; readonly region: string; readonly end: PairEnd }[]
  readonly faults: readonly Drawing[]
}

interface Drawing {
  readonly state: string
  readonly image: string
  readonly region?: string
  readonly error: string
  /** The number of times that it occurs. */
  readonly times: number
  readonly end: PairEnd
}

type Random = () => number

type Kind = readonly [error: string, times: number, end: PairEnd]

const LASTING = Number.POSITIVE_INFINITY
/** Errors of each state: the number of occurrences that retries survive, and the end if it lasts. */
const ERRORS = {
  [StateName.Resolve]: [
    ['SourceNotFound', 0, 'failed'],
    ['RateLimited', 10, 'deferred'],
    [LambdaErrorName.TooManyRequestsException, 6, 'failed'],
    [LambdaErrorName.TimedOut, 2, 'failed'],
  ],
  [StateName.Diff]: [
    ['AccessDenied', 0, 'failed'],
    ['RateLimited', 10, 'deferred'],
    [LambdaErrorName.ServiceException, 6, 'failed'],
    [LambdaErrorName.Unknown, 2, 'failed'],
  ],
  [StateName.Sync]: [
    [StatesErrorName.TaskFailed, 2, 'failed'],
    [CodeBuildErrorName.AccountLimitExceededException, 7, 'failed'],
    [CodeBuildErrorName.CodeBuildException, 4, 'failed'],
    ['deferred', 8, 'deferred'],
    ['failed', 0, 'failed'],
  ],
} as const satisfies Readonly<Record<string, readonly Kind[]>>
const BREAKS = [
  StateName.Plan,
  StateName.Report,
  StateName.SendAlert,
  'read the items',
  'write the results',
  'abort',
] as const

/** Half of the runs fail themselves or have a failed pair. Nearly all have a fault to recover from. */
export function draw(random: Random, images: readonly string[], regions: readonly string[]): Drawn {
  const faults = images.flatMap((image) => [
    ...drawAt(random, StateName.Resolve, { image }),
    ...regions.flatMap((region) => [
      ...drawAt(random, StateName.Diff, { image, region }),
      ...drawAt(random, StateName.Sync, { image, region }),
    ]),
  ])
  const pairs = images.flatMap((image) =>
    regions.map((region) => ({ image, region, end: endOf(faults, image, region) })),
  )
  const run = random() < 0.3 ? pick(BREAKS, random) : 'fine'
  return { run, pairs, faults }
}

function drawAt(
  random: Random,
  state: keyof typeof ERRORS,
  subject: { image: string; region?: string },
): Drawing[] {
  if (random() > 0.15) return []
  const kinds: readonly [Kind, ...Kind[]] = ERRORS[state]
  const [error, most, end] = pick(kinds, random)
  const lasts = most === 0 || random() < 0.3
  const times = lasts ? LASTING : 1 + Math.floor(random() * most)
  return [{ state, ...subject, error, times, end: lasts ? end : 'synced' }]
}

/** The first state with a lasting fault decides. */
function endOf(faults: readonly Drawing[], image: string, region: string): PairEnd {
  const about = faults.filter((one) => one.image === image && (one.region ?? region) === region)
  const order = Object.keys(ERRORS)
  const lasting = about.filter(({ times }) => times === LASTING)
  lasting.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
  return lasting[0]?.end ?? 'synced'
}

/** The drawn faults. `abort` is called in the middle of the run. */
export function faultsOf({ run, faults }: Drawn, abort: () => void): Fault {
  return (attempt) => {
    if (run === 'abort' && attempt.state === StateName.Resolve) abort()
    if (attempt.state === run) throw breakOf(run)
    const met = faults.find((one) => isMet(one, attempt))
    return met === undefined ? undefined : answer(met)
  }
}

function breakOf(state: string): Error {
  if (state === StateName.SendAlert) return new StatesError('SNS.SdkClientException', 'no route')
  if (state === StateName.Plan) return new StatesError(LambdaErrorName.ServiceException, 'no')
  return thrownBy('InternalError', 'we encountered an internal error')
}

function isMet({ state, image, region, times }: Drawing, attempt: Attempt): boolean {
  if (attempt.state !== state || attempt.image !== image || attempt.region !== region) return false
  return attempt.number <= times
}

function answer({ error }: Drawing): Json {
  if (error === 'deferred') return built({ status: 'deferred', retryAfterSeconds: 600 })
  if (error === 'failed')
    return built({ status: 'failed', error: { name: 'TagConflict', message: 'the tag moved' } })
  if (error === StatesErrorName.TaskFailed) throw broken('FAULT')
  if (error.includes('.')) throw new StatesError(error, 'the service says so')
  throw thrownBy(error, 'it is so')
}
