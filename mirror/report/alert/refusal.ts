/** Writes the alert of a run that mirrored nothing, because Plan refused its input or failed. */
import * as z from 'zod'
import { StatesErrorName } from '../../aws-error-name.ts'
import type { RefusalInput } from '../../contract.ts'
import { ErrorName } from '../../error-name.ts'
import { executionLink } from '../../list/partitions.ts'
import { ageText, timeText } from '../../page/times.ts'
import type { TroubleNews } from '../../status/trouble.ts'
import type { PlainError } from '../cause.ts'
import { adviceFor } from './advice.ts'
import { chatOf } from './chat.ts'
import type { Alert } from './message.ts'
import { repeatCommand } from './rerun.ts'
import { subjectLine } from './subject.ts'

export interface RefusalContext extends Pick<RefusalInput, 'run' | 'execution' | 'stateMachine'> {
  /** The input of the execution. @default - unknown */
  readonly input?: unknown
  readonly mirror: string
  readonly error: PlainError
  /** Whether the input or the list is wrong. Otherwise, Plan has failed. */
  readonly refused: boolean
  /** The schedule that started the run. @default - none */
  readonly schedule?: string | undefined
  readonly news: TroubleNews
  readonly now: Date
}

const dryInputSchema = z.object({ dryRun: z.literal(true) })

/** Returns undefined if there is nothing to tell, and for a dry run: whoever started it reads its result. */
export function refusalAlert(context: RefusalContext): Alert | undefined {
  const { run, execution, stateMachine, mirror, input, schedule, news } = context
  if (news.kind === undefined || dryInputSchema.safeParse(input).success) return undefined
  const subject = subjectLine(factOf(context), mirror)
  const again = repeatCommand(context, input)
  const sections = [
    head(context),
    why(context),
    ['LOOK', `Run: ${executionLink(execution)}`],
    ['RUN IT AGAIN', again],
  ]
  const about = { run: { name: run }, execution, stateMachine, mirror }
  return {
    subject,
    message: sections.map((lines) => lines.join('\n')).join('\n\n'),
    attributes: {
      kind: news.kind,
      outcome: 'failed',
      images: '[]',
      targets: '[]',
      schedule: schedule ?? 'none',
    },
    chat: chatOf(about, { kind: news.kind, subject, sections, commands: [again] }),
  }
}

function factOf({ news, refused, error: { name } }: RefusalContext): string {
  const fact = news.kind === 'digest' ? 'Still nothing is mirrored' : 'Nothing was mirrored'
  return `${fact}: ${refused ? 'the run was refused' : `Plan failed with ${name}`}`
}

function head({ run, stateMachine, mirror, refused, news, now }: RefusalContext): string[] {
  const [, , , region = '', account = ''] = stateMachine.split(':')
  return [
    refused ? 'The run was refused.' : 'The run could not be planned.',
    'Nothing was mirrored.',
    `Mirror: ${mirror}`,
    `Account: ${account}`,
    `Region: ${region}`,
    `Run: ${run}`,
    `Since: ${timeText(news.since)}`,
    ...(news.kind === 'digest' ? [`  for ${ageText(news.since, now)}`] : []),
  ]
}

const TOO_LARGE = 'store the list in S3, and give its URL as "imagesFrom" (docs/runs.md)'

/** A Plan that fails has done nothing yet, so that it can be repeated. */
function adviceOf(name: string): string {
  if (name === StatesErrorName.DataLimitExceeded) return TOO_LARGE
  if (name === ErrorName.InvalidInput || name === StatesErrorName.Permissions) return adviceFor(name)
  return "read Plan's log, and run it again"
}

function why({ error: { name, message } }: RefusalContext): string[] {
  return ['WHY', `${name}: ${message}`, `What to do: ${adviceOf(name)}`]
}
