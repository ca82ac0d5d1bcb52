/** Renders the result of a copy as text. */

import { bytesText, durationText, plural } from '../../mirror/units.ts'
import { outcomeText } from '../run/table.ts'
import { fewOf } from '../terminal/words.ts'
import type { CopyDocument, TargetReport } from './schema.ts'

const TAGS_WIDTH = 60
const INDENT = ' '.repeat(10)

export function renderCopy({ source, targets, requests, seconds, error, warning }: CopyDocument): string[] {
  if (error !== undefined) return [`failed    ${source}: ${error.name}: ${error.message}`]
  const usage = [
    plural(requests.requests, 'request'),
    bytesText(requests.bytesIn),
    plural(requests.countedPulls, 'counted pull'),
  ]
  return [
    ...targets.flatMap((target) => renderTarget(withoutWarning(target, warning))),
    ...(warning === undefined ? [] : [`${INDENT}warning: ${warning}`]),
    `read from ${source}: ${usage.join(', ')}; ${durationText(seconds)} in all`,
  ]
}

/** Removes the warning that is printed once below all targets. */
function withoutWarning(report: TargetReport, warning: string | undefined): TargetReport {
  return { ...report, warnings: report.warnings.filter((one) => one !== warning) }
}

function renderTarget(report: TargetReport): string[] {
  const { target, outcome, warnings } = report
  return [
    `${outcomeText(outcome).padEnd(8)}  ${target}${detailsOf(report)}`,
    ...warnings.map((warning) => `${INDENT}${isDryRun(outcome) ? '' : 'warning: '}${warning}`),
  ]
}

function isDryRun(outcome: TargetReport['outcome']): boolean {
  return outcome === 'stale' || outcome === 'missing'
}

function detailsOf(report: TargetReport): string {
  const { outcome, error, retryAfterSeconds } = report
  if (error !== undefined) {
    const later = retryAfterSeconds === undefined ? '' : ` (retry in ${durationText(retryAfterSeconds)})`
    return `: ${error.name}: ${error.message}${later}`
  }
  if (outcome === 'synced') return `${whatOf(report)}  ${movedOf(report)}`
  return whatOf(report)
}

/** Returns the digest of a single tag, or the list of tags that were not present. */
function whatOf({ tags }: TargetReport): string {
  const [first] = tags
  if (first !== undefined && tags.length === 1) return `@${first.digest}`
  const moved = tags
    .filter(({ status }) => status !== 'present')
    .map(({ tag, digest }) => tag ?? digest ?? '')
  if (moved.length === 0) return `  ${plural(tags.length, 'tag')}`
  return `  ${moved.length} of ${plural(tags.length, 'tag')}: ${fewOf(moved, TAGS_WIDTH)}`
}

function movedOf({ bytes, blobs, seconds }: TargetReport): string {
  const { copied, mounted, present } = blobs
  const parts = [`${bytesText(bytes)} in ${plural(copied, 'blob')}`]
  if (mounted > 0) parts.push(`${mounted} mounted`)
  if (present > 0) parts.push(`${present} already present`)
  return [...parts, durationText(seconds)].join(', ')
}
