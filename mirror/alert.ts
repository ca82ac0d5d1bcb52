/** The one message of a run: which pairs failed, why, where to look, and how to run just those again. */
import type { Run } from './contract.ts'
import type { PairReport, Report } from './documents.ts'
import { executionLink } from './partitions.ts'
import { type RerunContext, rerunCommand } from './rerun.ts'

export interface AlertContext extends RerunContext {
  /** The execution's ARN. */
  readonly execution: string
  readonly reportUrl: string
}

export interface Alert {
  readonly subject: string
  readonly message: string
}

/** SNS takes 100 ASCII characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT = 100
/**
 * SNS and a state's output both end at 256 KiB, JSON escapes included; people stop reading long before. What is not
 * in the message is in the report.
 */
const MAX_LISTED_BYTES = 48 * 1024
const MAX_ERROR = 1_000

export function makeAlert({ counts, pairs }: Report, context: AlertContext): Alert {
  const failed = pairs.filter(({ outcome }) => outcome === 'failed')
  const deferred = pairs.filter(({ outcome }) => outcome === 'deferred')
  const sections = [
    `${summary(counts)}.`,
    ...section('Failed:', failed, MAX_LISTED_BYTES),
    ...section('Deferred by a rate limit; the next run goes on with them:', deferred, MAX_LISTED_BYTES / 4),
    `Execution: ${executionLink(context.execution)}\nReport: ${context.reportUrl}`,
    ...(failed.length === 0 ? [] : [`Run just the failed pairs again:\n${rerunCommand(failed, context)}`]),
  ]
  return { subject: subjectOf(counts, context.run), message: sections.join('\n\n') }
}

function subjectOf({ failed, pairs }: Report['counts'], { name }: Run): string {
  const subject = `image-mirror: ${failed} of ${pairs} pairs failed (run ${name})`
  return subject.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT)
}

function summary({ pairs, failed, deferred, synced, inSync, stale }: Report['counts']): string {
  const others = [
    deferred > 0 ? `${deferred} deferred` : '',
    `${synced} synced`,
    `${inSync} in sync`,
    stale === undefined ? '' : `${stale} stale`,
  ]
  return `${failed} of ${pairs} pairs failed; ${others.filter(Boolean).join(', ')}`
}

/** As many pairs as there is room for, and how many more there are. */
function section(title: string, pairs: readonly PairReport[], room: number): string[] {
  if (pairs.length === 0) return []
  const listed: string[] = []
  let left = room
  let told = 0
  for (const group of groupsOf(pairs)) {
    const text = describe(group)
    left -= Buffer.byteLength(text)
    if (left < 0) break
    listed.push(text)
    told += group.length
  }
  const rest = pairs.length - told
  return [[title, ...listed, ...(rest === 0 ? [] : [`- and ${rest} more, see the report`])].join('\n')]
}

/** What failed for one reason is told once: an image that its source does not have fails in every region. */
function groupsOf(pairs: readonly PairReport[]): PairReport[][] {
  const key = ({ image, repository, error }: PairReport) => JSON.stringify([image, repository, error])
  return [...Map.groupBy(pairs, key).values()]
}

function describe(group: readonly PairReport[]): string {
  const [first] = group
  if (first === undefined) return ''
  const { image, repository, error } = first
  const regions = group.map(({ region }) => region).join(', ')
  return [
    `- ${image} -> ${repository} in ${regions}`,
    `  ${error === undefined ? 'no error was given' : `${error.name}: ${shortened(error.message)}`}`,
    ...(error?.log === undefined ? [] : [`  log: ${error.log}`]),
  ].join('\n')
}

function shortened(message: string): string {
  const line = message.replace(/\s*\n\s*/g, ' | ')
  return line.length > MAX_ERROR ? `${line.slice(0, MAX_ERROR)}...` : line
}
