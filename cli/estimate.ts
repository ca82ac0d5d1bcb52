/** Implements the command `estimate`: the monthly cost of a list, by service. */
import {
  atMost,
  buildSeconds,
  type Costs,
  costsOf,
  DEFAULT_CONCURRENCY,
  hoursOf,
  pairsOf,
  totalOf,
  transitionsOf,
  type Workload,
} from '../estimate/estimate-model.ts'
import { monitoringCost } from '../estimate/monitoring.ts'
import { PRICES } from '../estimate/prices.ts'
import type { List } from '../mirror/list/config.ts'
import { longForm, readEntries } from '../mirror/list/entry.ts'
import { DEFAULT_SCHEDULE, NO_SCHEDULE } from '../mirror/list/schedule.ts'
import type { EstimateOptions } from './estimate/command.ts'
import { readList } from './read-list.ts'
import { printJson, printLines } from './terminal/print.ts'
import { type Terminal, widthOf } from './terminal/terminal.ts'
import { plural, wrap } from './terminal/words.ts'

/** The monthly costs of a list, with what watches it. */
interface ListCosts extends Costs {
  readonly monitoring: number
}

const PARTS: Readonly<Record<keyof ListCosts, string>> = {
  stepFunctions: 'Step Functions',
  lambda: 'Lambda',
  builds: 'CodeBuild',
  transfer: 'transfer between regions',
  storage: 'ECR storage',
  other: 'S3, logs, KMS key',
  monitoring: 'CloudWatch alarms, metrics',
}

/** Returns the exit status. */
export async function estimate(options: EstimateOptions, { stdout }: Terminal): Promise<number> {
  const list = await readList(options.list)
  const work = workloadOf(list, options)
  const costs = { ...costsOf(work), monitoring: monitoringCost(schedulesOf(list), work.runsPerMonth) }
  if (!options.json) printLines(stdout, renderEstimate(work, costs, widthOf(stdout)))
  else {
    const total = totalOf(costs)
    printJson(stdout, { costs, total, totalAtMost: totalOf(atMost(costs)), hours: hoursOf(work) })
  }
  return 0
}

function schedulesOf(list: List): number {
  const whole = list.schedule ?? DEFAULT_SCHEDULE
  const used = new Set(list.images.map((entry) => longForm(entry).schedule ?? whole))
  used.delete(NO_SCHEDULE)
  return used.size
}

function workloadOf(list: List, { runs, changes, gb, builds, compute }: EstimateOptions): Workload {
  return {
    regionsOf: list.images.flatMap((image) => readEntries(image, list).map((entry) => entry.targets.length)),
    runsPerMonth: runs,
    changesPerMonth: changes,
    gigabytes: gb,
    compute,
    concurrency: { ...DEFAULT_CONCURRENCY, builds: Math.max(1, builds) },
  }
}

/** @param width - of the screen */
function renderEstimate(work: Workload, costs: ListCosts, width: number): string[] {
  const { runsPerMonth, changesPerMonth, gigabytes, concurrency } = work
  const { unchanged, changed } = hoursOf(work)
  const seconds = Math.round(buildSeconds(work))
  const rows = Object.entries(costs).map(([part, cost]) => [PARTS[part as keyof ListCosts], cost] as const)
  const prose = (...sentences: readonly string[]): string[] => wrap(sentences.join(' '), width)
  return [
    ...prose(
      `${plural(work.regionsOf.length, 'image')}, ${plural(pairsOf(work), 'pair')};`,
      `${runsPerMonth} runs a month, each image of ${gigabytes} GB changes ${changesPerMonth} times`,
    ),
    '',
    ...[...rows, ['total', totalOf(costs)] as const].map(
      ([part, cost]) => `  ${part.padEnd(26)}${cost.toFixed(2).padStart(12)} USD a month`,
    ),
    '',
    ...(costs.transfer === 0 ? [] : [...prose(...transferNote(costs)), '']),
    ...prose(
      `A run without changes makes ${transitionsOf(work)} transitions and takes ${hoursText(unchanged)}.`,
      `The first run takes ${hoursText(changed)}, with builds of ${seconds} s, ${concurrency.builds} at a time.`,
      'Prices are those of us-east-1. They exclude free tiers; the dashboard is free if the account has at most three.',
      'docs/scale.md explains the calculation.',
    ),
  ]
}

function transferNote(costs: Costs): string[] {
  const most = atMost(costs)
  const [transfer, all] = [most.transfer, totalOf(most)].map((cost) => cost.toFixed(2))
  return [
    `Transfer costs ${PRICES.regionGb} USD per GB.`,
    `If AWS bills pushes to ECR in another region at internet rates (${PRICES.regionGbAtMost} per GB),`,
    `transfer costs ${transfer} and the total is ${all}.`,
  ]
}

export function hoursText(hours: number): string {
  if (hours < 1 / 60) return `${Math.ceil(hours * 3600)} s`
  if (hours < 1) return `${Math.round(hours * 60)} min`
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`
}
