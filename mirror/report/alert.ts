/** Writes the alert of a run: which pairs failed, why, where to look, and how to rerun them. */
import type { Counts, Pointer, Run } from '../contract.ts'
import type { PairReport } from '../documents.ts'
import { executionLink, objectLink } from '../list/partitions.ts'
import type { Only } from '../plan/narrow.ts'
import { quoteForShell } from '../shell.ts'
import { listed } from '../words.ts'
import { type RerunByExecution, rerunCommand } from './rerun.ts'

export interface AlertContext extends RerunByExecution {
  /** The execution's ARN. */
  readonly execution: string
  readonly reportUrl: string
  /** The report as a page. @default - it could not be written */
  readonly page?: Pick<Pointer, 'bucket' | 'key'> | undefined
  readonly counts: Counts
  /** The failed pairs, or the URL of their list. */
  readonly only: Only | string
}

export interface Alert {
  readonly subject: string
  readonly message: string
}

export interface AlertDraft {
  /** The pairs of one image. */
  add(pairs: readonly PairReport[]): void
  finish(context: AlertContext): Alert
}

/** SNS takes 100 ASCII characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT = 100
/** SNS and a state's output are limited to 256 KiB, JSON escapes included. The report lists all pairs. */
const MAX_LISTED_BYTES = 48 * 1024
const MAX_ERROR = 1_000
/** Width of the list of tags that arrived. */
const MAX_TAGS = 200
/** Maximum number of error names that are counted. */
const MAX_NAMES = 10

/** Consumes pairs image by image, so that a run of any size fits into memory. */
export function draftAlert(): AlertDraft {
  const failed = startSection('Failed:', MAX_LISTED_BYTES)
  const deferred = startSection('Deferred; the next run continues with them:', MAX_LISTED_BYTES / 4)
  return {
    add(pairs) {
      failed.add(pairs.filter(({ outcome }) => outcome === 'failed'))
      deferred.add(pairs.filter(({ outcome }) => outcome === 'deferred'))
    },
    finish(context) {
      const { counts, only, execution, reportUrl } = context
      const sections = [
        `${summary(counts)}.`,
        ...failed.text(),
        ...deferred.text(),
        [`Execution: ${executionLink(execution)}`, ...pageLines(context), `All pairs: ${reportUrl}`].join(
          '\n',
        ),
        ...(counts.failed === 0 ? [] : [`Rerun only the failed pairs:\n${rerunCommand(only, context)}`]),
      ]
      return { subject: subjectOf(counts, context.run), message: sections.join('\n\n') }
    },
  }
}

/** Two ways to the page, as a phone has no CLI, and not everyone on call has the console. */
function pageLines({ page, execution }: AlertContext): string[] {
  if (page === undefined) return []
  const region = execution.split(':')[3] ?? ''
  const url = quoteForShell(`s3://${page.bucket}/${page.key}`)
  return [`Report: ${objectLink(page, region)}`, `  or: aws s3 cp ${url} . --region ${quoteForShell(region)}`]
}

function subjectOf({ failed, pairs }: Counts, { name }: Run): string {
  const subject = `image-mirror: ${failed} of ${pairs} pairs failed (run ${name})`
  return subject.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT)
}

function summary({ pairs, failed, deferred, synced, inSync, stale, missing }: Counts): string {
  const others = [
    deferred > 0 ? `${deferred} deferred` : '',
    `${synced} synced`,
    `${inSync} in sync`,
    stale === undefined ? '' : `${stale} stale`,
    missing === undefined ? '' : `${missing} missing`,
  ]
  return `${failed} of ${pairs} pairs failed; ${others.filter(Boolean).join(', ')}`
}

/** Lists as many pairs as fit; counts the others by error. */
function startSection(title: string, room: number) {
  const lines: string[] = []
  const rest = new Map<string, number>()
  let left = room
  return {
    add(pairs: readonly PairReport[]): void {
      for (const group of groupsOf(pairs)) {
        const text = left < 0 ? '' : describe(group)
        left -= Buffer.byteLength(text)
        if (left >= 0) lines.push(text)
        else count(rest, group)
      }
    },
    text: (): string[] =>
      lines.length + rest.size === 0 ? [] : [[title, ...lines, ...restText(rest)].join('\n')],
  }
}

function count(rest: Map<string, number>, group: readonly PairReport[]): void {
  const name = group[0]?.error?.name ?? 'no error'
  rest.set(name, (rest.get(name) ?? 0) + group.length)
}

function restText(rest: ReadonlyMap<string, number>): string[] {
  const names = [...rest].sort(([, a], [, b]) => b - a)
  if (names.length === 0) return []
  const total = names.reduce((sum, [, pairs]) => sum + pairs, 0)
  const counted = names.slice(0, MAX_NAMES).map(([name, pairs]) => `${pairs} ${name}`)
  const others = names.length > MAX_NAMES ? ' and others' : ''
  return [`- and ${total} more, see the report: ${counted.join(', ')}${others}`]
}

/** Groups targets with the same error and the same tags: a tag that its source lacks fails in all of them. */
function groupsOf(pairs: readonly PairReport[]): PairReport[][] {
  const key = ({ image, repository, error, tags }: PairReport) =>
    JSON.stringify([image, repository, error, tags.map(nameOf)])
  return [...Map.groupBy(pairs, key).values()]
}

function describe(group: readonly PairReport[]): string {
  const [first] = group
  if (first === undefined) return ''
  const { image, repository, error, tags } = first
  const targets = group.map(({ target }) => target).join(', ')
  return [
    `- ${image} -> ${repository} in ${targets}`,
    `  ${error === undefined ? 'no error was given' : `${error.name}: ${shortened(error.message)}`}`,
    ...(tags.length === 0 ? [] : [`  in place: ${listed(tags.map(nameOf), MAX_TAGS)}`]),
    ...(error?.log === undefined ? [] : [`  log: ${error.log}`]),
  ].join('\n')
}

function nameOf({ tag, digest }: PairReport['tags'][number]): string {
  return tag ?? digest
}

function shortened(message: string): string {
  const line = message
    .split('\n')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' | ')
  return line.length > MAX_ERROR ? `${line.slice(0, MAX_ERROR)}...` : line
}
