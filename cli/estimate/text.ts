/** Renders an estimate for people. */
import { costsAtMost } from '../../estimate/costs.ts'
import { meanBuildSeconds } from '../../estimate/durations.ts'
import { PRICES } from '../../estimate/prices.ts'
import { transitionsOf } from '../../estimate/transitions.ts'
import type { PlaceKind, Workload } from '../../estimate/workload.ts'
import { plural } from '../../mirror/units.ts'
import { quote } from '../../registry/model/label.ts'
import { wrap } from '../terminal/words.ts'
import type { Estimate } from './schema.ts'

const PARTS: Readonly<Record<keyof Estimate['costs'], string>> = {
  stepFunctions: 'Step Functions',
  lambda: 'Lambda',
  builds: 'CodeBuild',
  transfer: 'transfer',
  storage: 'ECR storage',
  documents: 'S3',
  logs: 'logs, traces',
  keys: 'KMS keys, secrets',
  monitoring: 'CloudWatch alarms, metrics',
}

const PLACE: Readonly<Record<PlaceKind, string>> = {
  home: 'home region',
  region: 'other regions',
  account: 'other accounts, home region',
  farAccount: 'other accounts, elsewhere',
  gallery: 'ECR Public',
  farGallery: 'ECR Public',
  registry: 'other registries',
}
const PLACE_WIDTH = 28

/** @param width - of the screen */
export function renderEstimate(estimate: Estimate, work: Workload, width: number): string[] {
  const { costs, total, notes } = estimate
  const prose = (...sentences: readonly string[]): string[] => wrap(sentences.join(' '), width)
  const paragraph = (sentences: readonly string[]): string[] =>
    sentences.length === 0 ? [] : [...prose(...sentences), '']
  const rows = Object.entries(costs).map(
    ([part, cost]) => [PARTS[part as keyof Estimate['costs']], cost] as const,
  )
  return [
    ...paragraph(headOf(estimate)),
    ...[...rows, ['total', total] as const].map(
      ([part, cost]) => `  ${part.padEnd(PLACE_WIDTH)}${cost.toFixed(2).padStart(10)} USD a month`,
    ),
    '',
    ...placeLines(estimate),
    '',
    ...paragraph(transferNote(estimate, costsAtMost(work).transfer)),
    ...paragraph(notes),
    ...prose(
      `A run without changes makes ${transitionsOf(work)} transitions and takes ${hoursText(estimate.hours.unchanged)}.`,
      `${estimate.measured === undefined ? 'The first run' : 'A run in which all images have changed'} takes ${hoursText(estimate.hours.changed)}, with builds of ${Math.round(meanBuildSeconds(work))} s, ${work.concurrency.builds} at a time.`,
      'Prices are those of us-east-1. They exclude free tiers; the dashboard is free if the account has at most three.',
      'docs/scale.md explains the calculation.',
    ),
  ]
}

/** What is known of the list, and which of it was measured. */
function headOf(estimate: Estimate): string[] {
  const { images, pairs, runsPerMonth, changesPerMonth, assumedGigabytes, measured } = estimate
  const counts = `${plural(images, 'image')}, ${plural(pairs, 'pair')}; ${amount(runsPerMonth)} runs a month,`
  if (measured === undefined) {
    return [`${counts} each image of ${assumedGigabytes} GB changes ${amount(changesPerMonth)} times`]
  }
  const size = `${assumedGigabytes} GB`
  const [copies, storage] = [pairs - measured.pairs, pairs - measured.stored]
  const assumed = [
    'how often images change',
    'how long comparisons take',
    ...(copies > 0 ? [`${size} for each copy of ${plural(copies, 'pair')}`] : []),
    ...(storage > 0 ? [`${size} for the storage of ${plural(storage, 'pair')}`] : []),
  ]
  return [
    `${counts} each image changes ${amount(changesPerMonth)} times.`,
    `Measured by the run ${quote(measured.run)}: the copies of ${plural(measured.pairs, 'pair')}, and the storage of ${measured.stored}.`,
    ...(measured.hours === undefined ? [] : [`It took ${hoursText(measured.hours)} or longer.`]),
    `Assumed: ${assumed.join(', ')}.`,
  ]
}

function placeLines({ places }: Estimate): string[] {
  const line = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(PLACE_WIDTH)}${cells.map((cell) => cell.padStart(10)).join('')}`
  return [
    line('targets', ['pairs', 'builds', 'transfer', 'storage']),
    ...places.map(({ place, pairs, builds, transfer, storage }) =>
      line(PLACE[place], [String(pairs), ...[builds, transfer, storage].map((cost) => cost.toFixed(2))]),
    ),
  ]
}

/** Only transfer between regions has two rates. */
function transferNote({ costs, totalAtMost }: Estimate, transferAtMost: number): string[] {
  if (transferAtMost === costs.transfer) return []
  return [
    `Transfer between regions costs ${PRICES.regionGb} USD per GB.`,
    `If AWS bills pushes to ECR in another region at internet rates (${PRICES.regionGbAtMost} per GB),`,
    `transfer costs ${transferAtMost.toFixed(2)} and the total is ${totalAtMost.toFixed(2)}.`,
  ]
}

function amount(count: number): string {
  return String(Math.round(count * 10) / 10)
}

export function hoursText(hours: number): string {
  if (hours < 1 / 60) return `${Math.ceil(hours * 3600)} s`
  if (hours < 1) return `${Math.round(hours * 60)} min`
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`
}
