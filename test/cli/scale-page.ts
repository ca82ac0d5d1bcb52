// docs/scale.md has tables that are computed: `npm run docs` writes them again, and a test compares.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hoursText } from '../../cli/estimate.ts'
import {
  costsOf,
  DEFAULT_CONCURRENCY,
  hoursOf,
  pairsOf,
  totalOf,
  transitionsOf,
  type Workload,
} from '../../cli/estimate-model.ts'

export const SCALE_PAGE = join(import.meta.dirname, '../../docs/scale.md')

const SIZES = [
  [10, 2],
  [100, 5],
  [1_000, 10],
  [10_000, 30],
] as const
const MANIFESTS_PER_CHANGE = 3

function workload([images, regions]: readonly [number, number], more: Partial<Workload> = {}): Workload {
  return {
    regionsOf: Array(images).fill(regions),
    runsPerMonth: 30,
    changesPerMonth: 4,
    gigabytes: 0.3,
    compute: 'ec2',
    concurrency: DEFAULT_CONCURRENCY,
    ...more,
  }
}

const number = (value: number) => Math.round(value).toLocaleString('en-US')
const dollars = (value: number) => (value < 10 ? value.toFixed(2) : number(value))

function table(head: readonly string[], rowOf: (size: (typeof SIZES)[number]) => readonly string[]): string {
  const rows = SIZES.map((size) => [`${number(size[0])} x ${size[1]}`, ...rowOf(size)])
  return [['images x regions', ...head], ['---', ...head.map(() => '---:')], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}

/** One run alone: nothing is stored, and nothing is fixed. */
function runCosts(size: (typeof SIZES)[number]) {
  const one = costsOf(workload(size, { runsPerMonth: 1, changesPerMonth: 0 }))
  const none = costsOf(workload(size, { runsPerMonth: 0, changesPerMonth: 0 }))
  return {
    stepFunctions: one.stepFunctions,
    lambda: one.lambda,
    other: one.other - none.other,
    all: totalOf(one) - totalOf(none),
  }
}

const TABLES: Readonly<Record<string, () => string>> = {
  unchanged: () =>
    table(
      ['pairs', 'transitions', 'takes', 'Step Functions, USD', 'Lambda, USD', 'S3 and logs, USD'],
      (size) => {
        const work = workload(size)
        const { stepFunctions, lambda, other } = runCosts(size)
        const { unchanged } = hoursOf(work)
        const costs = [stepFunctions, lambda, other].map(dollars)
        return [number(pairsOf(work)), number(transitionsOf(work)), hoursText(unchanged), ...costs]
      },
    ),
  changed: () =>
    table(
      ['builds', 'one at a time', '20 at a time', '50 at a time', 'CodeBuild, USD', 'transfer, USD'],
      (size) => {
        const takes = (builds: number) =>
          hoursText(hoursOf(workload(size, { concurrency: { ...DEFAULT_CONCURRENCY, builds } })).changed)
        const { builds, transfer } = costsOf(workload(size, { changesPerMonth: 1 }))
        return [
          number(pairsOf(workload(size))),
          ...[1, 20, 50].map(takes),
          dollars(builds),
          dollars(transfer),
        ]
      },
    ),
  costs: () =>
    table(
      ['Step Functions', 'Lambda', 'CodeBuild', 'transfer', 'S3, logs, KMS key', 'in all', 'and ECR storage'],
      (size) => {
        const costs = costsOf(workload(size))
        const { stepFunctions, lambda, builds, transfer, other, storage } = costs
        const all = totalOf(costs) - storage
        return [stepFunctions, lambda, builds, transfer, other, all, storage].map(dollars)
      },
    ),
  builds: () =>
    table(
      [
        'this one',
        'Batch, a job per destination',
        'a build per image, daily',
        'a build per region, daily',
        'a build per pushed manifest',
      ],
      (size) => {
        const [images, regions] = size
        const { runsPerMonth, changesPerMonth } = workload(size)
        const changes = changesPerMonth * images
        return [
          changes * regions,
          changes * regions + runsPerMonth,
          runsPerMonth * images,
          runsPerMonth * regions,
          changes * MANIFESTS_PER_CHANGE,
        ].map(number)
      },
    ),
}

/** The page with its tables as they are now. */
export function recomputed(page: string): string {
  return Object.entries(TABLES).reduce((text, [name, make]) => {
    const mark = `<!-- ${name} -->`
    if (!text.includes(mark)) throw new Error(`docs/scale.md has no place for the table "${name}": ${mark}`)
    return text.replace(new RegExp(`${mark}\\n(?:\\n?\\|[^\\n]*\\n)*`), `${mark}\n\n${make()}\n`)
  }, page)
}

if (import.meta.main) writeFileSync(SCALE_PAGE, recomputed(readFileSync(SCALE_PAGE, 'utf8')))
