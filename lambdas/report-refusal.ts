/** The part of Report for a run without a plan: decides whether its failure is news, and drafts the alert. */
import * as z from 'zod'
import type { RefusalInput, RefusalOutput } from '../mirror/contract.ts'
import { ErrorName } from '../mirror/error-name.ts'
import { refusalAlert } from '../mirror/report/alert/refusal.ts'
import { explainCaught } from '../mirror/report/cause.ts'
import { allNews, fingerprintOf } from '../mirror/status/trouble.ts'
import { keepTrouble } from './keep-trouble.ts'
import type { ResultReader } from './run-results.ts'

/** A list with many mistakes has one line for each. */
const MAX_MESSAGE = 10_000

interface Services {
  readonly reader: ResultReader
  readonly mirror: string
  readonly now: Date
}

/** A schedule repeats runs of the deployed list, so the same failure is reported again only after `alerts.repeat`. */
export async function reportRefusal(
  { caught, repeat, ...about }: RefusalInput,
  { reader, mirror, now }: Services,
): Promise<RefusalOutput> {
  const error = explainCaught(caught, MAX_MESSAGE)
  const refused = error.name === ErrorName.InvalidInput
  // The message of a fault differs from run to run.
  const what = fingerprintOf(refused ? `${error.name} ${error.message}` : error.name)
  const ofList = ofDeployedList.safeParse(about.input)
  const news = ofList.success
    ? await keepTrouble(what, { name: about.run, ...(repeat === undefined ? {} : { repeat }) }, reader, now)
    : allNews(now)
  const schedule = ofList.data?.schedule
  const alert = refusalAlert({ ...about, mirror, error, schedule, news, now })
  return {
    refused: refused ? ErrorName.PlanRefused : ErrorName.PlanFailed,
    cause: refused ? error.message : `${error.name}: ${error.message}`,
    ...(alert === undefined ? {} : { alert }),
  }
}

/** The input of a schedule, or of a whole run. */
const ofDeployedList = z.strictObject({
  schedule: z.string().optional(),
  due: z.unknown().optional(),
  dryRun: z.literal(false).optional(),
})
