/** The part of Report for a run without a plan: decides whether its failure is news, and drafts the alert. */
import * as z from 'zod'
import { StatesErrorName } from '../mirror/aws-error-name.ts'
import type { RefusalInput, RefusalOutput } from '../mirror/contract.ts'
import { ErrorName } from '../mirror/error-name.ts'
import { refusalAlert } from '../mirror/report/alert/refusal.ts'
import { explainCaught, type PlainError } from '../mirror/report/cause.ts'
import { allNews, fingerprintOf } from '../mirror/status/trouble.ts'
import { keepTrouble } from './keep-trouble.ts'
import type { ResultReader } from './run-results.ts'

/** A list with many mistakes has one line for each. */
const MAX_MESSAGE = 10_000

interface Services {
  readonly reader: ResultReader
  /** Reads the input of an execution; undefined if that is not possible. */
  readonly readInput: (execution: string) => Promise<unknown>
  readonly mirror: string
  readonly now: Date
}

/** A schedule repeats runs of the deployed list, so the same failure is reported again only after `alerts.repeat`. */
export async function reportRefusal(
  { caught, repeat, ...about }: RefusalInput,
  { reader, readInput, mirror, now }: Services,
): Promise<RefusalOutput> {
  const error = explained(caught)
  const refused = REFUSALS.includes(error.name)
  // The message of a fault differs from run to run.
  const what = fingerprintOf(refused ? `${error.name} ${error.message}` : error.name)
  const input = await readInput(about.execution)
  const ofList = ofDeployedList.safeParse(input)
  const news = ofList.success
    ? await keepTrouble(what, { name: about.run, ...(repeat === undefined ? {} : { repeat }) }, reader, now)
    : allNews(now)
  const schedule = ofList.data?.schedule
  const alert = refusalAlert({ ...about, input, mirror, error, refused, schedule, news, now })
  return {
    refused: refused ? ErrorName.PlanRefused : ErrorName.PlanFailed,
    cause: refused ? error.message : `${error.name}: ${error.message}`,
    ...(alert === undefined ? {} : { alert }),
  }
}

/** Errors of the input, which no other attempt mends. */
const REFUSALS: readonly string[] = [ErrorName.InvalidInput, StatesErrorName.DataLimitExceeded]

/** Plan's result is small: if a limit is exceeded, then by the input, with the names that Plan gets besides. */
function explained(caught: RefusalInput['caught']): PlainError {
  const error = explainCaught(caught, MAX_MESSAGE)
  if (error.name !== StatesErrorName.DataLimitExceeded) return error
  return { ...error, message: 'the input has almost 256 KiB, which is more than Plan can receive' }
}

/** The input of a schedule, or of a whole run. */
const ofDeployedList = z.strictObject({
  schedule: z.string().optional(),
  due: z.unknown().optional(),
  dryRun: z.literal(false).optional(),
})
