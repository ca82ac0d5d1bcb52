/** Renders the status of the deployed mirror for people. */

import { whatToDo } from '../../../mirror/report/alert/advice.ts'
import { countText, durationText, plural } from '../../../mirror/units.ts'
import { quote } from '../../../registry/model/label.ts'
import { shorten, wrapHanging } from '../../terminal/words.ts'
import type { Place } from '../aws/flags.ts'
import { commandText } from '../run/text.ts'
import type { Status } from './schema.ts'

const MOST_PAIRS = 50

export function renderStatus(
  { mirror, runs, counts, oldest, failing }: Status,
  place: Place,
  now: Date,
  width: number,
): string[] {
  const { stack, account, region } = mirror
  const left = failing.length - MOST_PAIRS
  const advised = new Set<string>()
  const lines = [
    `${stack} in ${region}, account ${account}`,
    '',
    ...(runs.length === 0 ? ['No runs in the last 90 days'] : ['Latest runs']),
    ...runs.map((run) => `  ${runLine(run, now)}`),
    '',
    `${plural(counts.pairs, 'pair')}: ${countText(counts.good)} in sync, ${countText(counts.failing)} failing or deferred`,
    ...(oldest === undefined
      ? []
      : [`Verified longest ago: ${oldest.image} -> ${oldest.target}, ${ago(oldest.good, now)} ago`]),
    ...failing
      .slice(0, MOST_PAIRS)
      .flatMap((pair) => ['', ...failingLines(pair, now, width), ...adviceLines(pair, advised)]),
    ...(left > 0 ? ['', `and ${left} more; --json has all of them`] : []),
  ]
  const rerun = failing.some(({ outcome }) => outcome === 'failed')
    ? ['', 'Run the failed pairs of the latest run again:', `  ${commandText('rerun', [], place)}`]
    : []
  return [...lines.flatMap((line) => wrapHanging(line, width)), ...rerun]
}

/** Once for each cause. */
function adviceLines({ outcome, error }: Status['failing'][number], advised: Set<string>): string[] {
  const advice = whatToDo(outcome, error?.name)
  if (advised.has(advice)) return []
  advised.add(advice)
  return [`  ${advice}`]
}

function runLine({ run, status, started, ended }: Status['runs'][number], now: Date): string {
  const took =
    ended === undefined ? '' : `, took ${durationText((Date.parse(ended) - Date.parse(started)) / 1000)}`
  return `${status.padEnd(9)}  ${run}, ${ago(started, now)} ago${took}`
}

const SHORTEST_IMAGE = 16

function failingLines(pair: Status['failing'][number], now: Date, width: number): string[] {
  const { image, target, outcome, since, good, error } = pair
  const end = ` -> ${target}: ${outcome}`
  const last = good === undefined ? 'never in sync' : `last in sync ${ago(good, now)} ago`
  return [
    `${shorten(image, Math.max(width - end.length, SHORTEST_IMAGE))}${end}`,
    `  since ${ago(since, now)}, ${last}`,
    ...(error === undefined ? [] : [`  ${error.name}: ${quote(error.message)}`]),
  ]
}

/** `3 h`, `2 days`, `under a minute` */
export function ago(time: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(time)) / 60_000)
  if (minutes < 1) return 'under a minute'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`
}
