/**
 * Writes the alert of a run, to be acted on from a phone: what failed, since when, what to do. Lines of our own fit 40
 * columns; names, links and commands are as long as they are.
 */
import type { Counts, Pointer } from '../../contract.ts'
import type { PairReport } from '../../documents.ts'
import { executionLink, objectLink } from '../../list/partitions.ts'
import { ageText, timeText } from '../../page/times.ts'
import { quoteForShell } from '../../shell.ts'
import type { Item, News } from '../../status/news.ts'
import type { TroubleNews } from '../../status/trouble.ts'
import { countText, plural } from '../../units.ts'
import { listed } from '../../words.ts'
import { attributesOf } from './attributes.ts'
import { chatOf } from './chat.ts'
import { type Failures, failureLines, groupFailures } from './failures.ts'
import { listSection } from './list-section.ts'
import type { Alert } from './message.ts'
import { type RerunByExecution, rerunCommand } from './rerun.ts'
import { subjectLine } from './subject.ts'

export interface AlertContext extends RerunByExecution {
  /** The execution's ARN. */
  readonly execution: string
  /** The name of the mirror. */
  readonly mirror: string
  readonly reportUrl: string
  /** The report as a page. @default - it could not be written */
  readonly page?: Place | undefined
  /** The state of the mirror as a page. @default - it could not be written */
  readonly status?: Place | undefined
  readonly counts: Counts
  readonly news: News
  /** The URL of the list of failed pairs. */
  readonly only: string
  readonly now: Date
  /** Paragraphs on what is wrong with the list, which changes nothing until it is mended. @default - none */
  readonly listProblems?: readonly string[]
  /** Whether to report these problems or their end. @default - reports the problems */
  readonly listNews?: TroubleNews
}

type Place = Pick<Pointer, 'bucket' | 'key'>

export interface AlertDraft {
  /** The pairs of one image. */
  add(pairs: readonly PairReport[]): void
  /** Returns undefined if there is nothing to tell, and for a dry run: whoever started it reads its result. */
  finish(context: AlertContext): Alert | undefined
}

/** SNS and a state's output are limited to 256 KiB, JSON escapes included. The report lists all pairs. */
const MAX_LISTED_BYTES = 40 * 1024
const MAX_RECOVERED = 50
/** Width of lists of targets. */
const MAX_TARGETS = 400

/** Consumes pairs image by image, so that a run of any size fits into memory. */
export function draftAlert(): AlertDraft {
  const failed = groupFailures('failed', 2 * MAX_LISTED_BYTES)
  const deferred = groupFailures('deferred', MAX_LISTED_BYTES / 4)
  return {
    add(pairs) {
      failed.add(pairs)
      deferred.add(pairs)
    },
    finish(context) {
      if (context.run.dryRun) return undefined
      const list = listNewsOf(context)
      const kind = KINDS.find((one) => one === context.news.kind || one === list.kind)
      if (kind === undefined) return undefined
      const subject = subjectLine(factOf(context, list.kind), context.mirror)
      const commands = context.counts.failed === 0 ? [] : [rerunCommand(context.only, context)]
      const sections = [
        head(context, list.kind),
        ...listSection(context.listProblems ?? [], list, context.now),
        ...body(context, failed, deferred),
        links(context),
        ...commands.map((command) => ['RERUN WHAT FAILED', command]),
      ]
      const message = sections.map((lines) => lines.join('\n')).join('\n\n')
      const attributes = attributesOf(kind, context)
      return { subject, message, attributes, chat: chatOf(context, { kind, subject, sections, commands }) }
    },
  }
}

/** The most urgent first. */
const KINDS = ['failed', 'digest', 'recovered'] as const

function listNewsOf({ listProblems = [], listNews, now }: AlertContext): TroubleNews {
  return listNews ?? { kind: listProblems.length > 0 ? 'failed' : undefined, since: now.toISOString() }
}

function factOf({ counts, news }: AlertContext, list: TroubleNews['kind']): string {
  const { kind, failed, persisting, recovered } = news
  const all = plural(counts.pairs, 'pair')
  if (list === 'failed') return `The list has problems; ${countText(counts.failed)} of ${all} failed`
  if (kind === 'failed') return `Failed: ${countText(counts.failed)} of ${all}, ${nameOf(failed)}`
  if (list === 'digest') return `The list still has problems; ${countText(counts.failed)} of ${all} failed`
  if (kind === 'digest')
    return `Still failing: ${countText(persisting.length)} of ${all}, ${nameOf(persisting)}`
  if (kind === 'recovered') {
    return `Recovered: ${plural(recovered.length, 'pair')} in sync again, ${nameOf(recovered)}`
  }
  return 'Recovered: the whole list is mirrored again'
}

/** The first image, without its registry. */
function nameOf(items: readonly Item[]): string {
  const images = new Set(items.map(({ image }) => image))
  const [first = 'nothing'] = images
  const slash = first.indexOf('/')
  const short = /[.:]/.test(first.slice(0, Math.max(slash, 0))) ? first.slice(slash + 1) : first
  return images.size > 1 ? `${short} and ${images.size - 1} more` : short
}

function head(context: AlertContext, list: TroubleNews['kind']): string[] {
  const { counts, mirror, stateMachine, run, news } = context
  const [, , , region = '', account = ''] = stateMachine.split(':')
  const { failed, deferred, synced, inSync } = counts
  const isOver = news.kind !== 'failed' && news.kind !== 'digest' && failed === 0
  return [
    ...(list === undefined
      ? []
      : [list === 'recovered' ? 'The whole list is mirrored again.' : 'The list has problems.']),
    ...(isOver && news.kind === 'recovered' ? ['In sync again.'] : []),
    ...(isOver ? [] : [`${countText(failed)} of ${plural(counts.pairs, 'pair')} failed.`]),
    `Mirror: ${mirror}`,
    `Account: ${account}`,
    `Region: ${region}`,
    `Run: ${run.name}`,
    ...(deferred > 0 ? [`Deferred: ${countText(deferred)}`] : []),
    `In sync: ${countText(inSync + synced)} (${countText(synced)} copied)`,
  ]
}

function body({ news, now }: AlertContext, failed: Failures, deferred: Failures): string[][] {
  const { kind } = news
  const fresh = failureLines(failed, news.failed, { now, room: MAX_LISTED_BYTES })
  const rest = kind === 'digest' ? failureLines(failed, news.persisting, { now, room: MAX_LISTED_BYTES }) : []
  const waiting = failureLines(deferred, undefined, { now, room: MAX_LISTED_BYTES / 4 })
  return [
    ...(fresh.length === 0 ? [] : [['FAILED', ...fresh]]),
    ...(rest.length === 0 ? [] : [['STILL FAILING', ...rest]]),
    ...(kind === 'digest' || news.persisting.length === 0 ? [] : [persistingLines(news.persisting, now)]),
    ...(news.recovered.length === 0 ? [] : [['IN SYNC AGAIN', ...recoveredLines(news.recovered, now)]]),
    ...(waiting.length === 0 ? [] : [['DEFERRED', 'The next run continues with them.', ...waiting]]),
  ]
}

/** Failures that an earlier alert described. */
function persistingLines(items: readonly Item[], now: Date): string[] {
  const [oldest = ''] = items.map(({ since }) => since).sort()
  return [
    'STILL FAILING',
    `${plural(items.length, 'pair')}, reported before; the`,
    `oldest for ${ageText(oldest, now)}. See the report.`,
  ]
}

function recoveredLines(items: readonly Item[], now: Date): string[] {
  const groups = [...Map.groupBy(items, ({ image, since }) => `${image} ${since}`).values()]
  const lines = groups.slice(0, MAX_RECOVERED).flatMap((group) => {
    const [first] = group
    const targets = group.map(({ target }) => target)
    return first === undefined
      ? []
      : [
          `- ${first.image}`,
          `  in ${listed(targets, MAX_TARGETS)}`,
          `  after ${ageText(first.since, now)}, since`,
          `  ${timeText(first.since)}`,
        ]
  })
  return groups.length > MAX_RECOVERED ? [...lines, `- and ${groups.length - MAX_RECOVERED} more`] : lines
}

/** Two ways to the report, as a phone has no CLI, and not everyone on call has the console. */
function links({ page, status, execution, reportUrl }: AlertContext): string[] {
  const region = execution.split(':')[3] ?? ''
  const download = (place: Place) =>
    `aws s3 cp ${quoteForShell(`s3://${place.bucket}/${place.key}`)} . --region ${quoteForShell(region)}`
  return [
    'LOOK',
    ...(page === undefined ? [] : [`Report: ${objectLink(page, region)}`]),
    ...(status === undefined ? [] : [`Status: ${objectLink(status, region)}`]),
    `Run: ${executionLink(execution)}`,
    ...(page === undefined ? [`All pairs: ${reportUrl}`] : [`Or: ${download(page)}`]),
  ]
}
