// Computes the tables of docs/scale.md, for `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hoursText } from '../../cli/estimate/text.ts'
import { type Costs, costsAtMost, costsOf, totalOf } from '../../estimate/costs.ts'
import { hoursOf } from '../../estimate/durations.ts'
import { transitionsOf } from '../../estimate/transitions.ts'
import { type UniformList, uniformPairs, uniformWorkload } from '../../estimate/uniform.ts'
import { DEFAULT_CONCURRENCY } from '../../estimate/workload.ts'
import { designsTable, pairsTable } from './design-tables.ts'
import { dollars, number, tableOf } from './page-text.ts'

export const SCALE_PAGE = join(import.meta.dirname, '../../docs/scale.md')

export const SIZES = [
  [10, 2],
  [100, 5],
  [1_000, 10],
  [10_000, 30],
] as const
/** Quota of concurrent builds or jobs for the comparison of designs. */
const BUILDS_AT_A_TIME = 20

function workload(
  [images, regions]: readonly [number, number],
  more: Partial<UniformList> = {},
): UniformList {
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

/** The range of a cost between the two rates that AWS may bill for transfer between regions. */
function between(list: UniformList, part: (costs: Costs) => number): string {
  const work = uniformWorkload(list)
  return `${dollars(part(costsOf(work)))} to ${dollars(part(costsAtMost(work)))}`
}

/** What the tables show as one part. */
function otherOf({ documents, logs, keys }: Costs): number {
  return documents + logs + keys
}

/** Storage is the same for any design, and the page prices alarms separately. */
function withoutStorage(costs: Costs): number {
  return totalOf({ ...costs, storage: 0, monitoring: 0 })
}

type Size = (typeof SIZES)[number]

const sizeName = ([images, regions]: Size) => `${number(images)} x ${regions}`

function table(head: readonly string[], rowOf: (size: Size) => readonly string[]): string {
  return tableOf(
    ['images x regions', ...head],
    SIZES.map((size) => [sizeName(size), ...rowOf(size)]),
  )
}

export const compared = (size: Size): UniformList =>
  workload(size, { concurrency: { ...DEFAULT_CONCURRENCY, builds: BUILDS_AT_A_TIME } })

/** Cost of a single run without changes, excluding storage and fixed costs. */
function runCosts(size: Size) {
  const [one, none] = [1, 0].map((runsPerMonth) =>
    costsOf(uniformWorkload(workload(size, { runsPerMonth, changesPerMonth: 0 }))),
  ) as [Costs, Costs]
  return { stepFunctions: one.stepFunctions, lambda: one.lambda, other: otherOf(one) - otherOf(none) }
}

const TABLES: Readonly<Record<string, () => string>> = {
  unchanged: () =>
    table(
      ['pairs', 'transitions', 'time', 'Step Functions, USD', 'Lambda, USD', 'S3 and logs, USD'],
      (size) => {
        const work = uniformWorkload(workload(size))
        const { stepFunctions, lambda, other } = runCosts(size)
        const { unchanged } = hoursOf(work)
        const costs = [stepFunctions, lambda, other].map(dollars)
        return [
          number(uniformPairs(workload(size))),
          number(transitionsOf(work)),
          hoursText(unchanged),
          ...costs,
        ]
      },
    ),
  changed: () =>
    table(
      [
        'builds',
        'time, one build at a time',
        '20 at a time',
        '50 at a time',
        'CodeBuild, USD',
        'transfer, USD',
      ],
      (size) => {
        const takes = (builds: number) =>
          hoursText(
            hoursOf(uniformWorkload(workload(size, { concurrency: { ...DEFAULT_CONCURRENCY, builds } })))
              .changed,
          )
        const once = workload(size, { changesPerMonth: 1 })
        return [
          number(uniformPairs(once)),
          ...[1, 20, 50].map(takes),
          dollars(costsOf(uniformWorkload(once)).builds),
          between(once, ({ transfer }) => transfer),
        ]
      },
    ),
  costs: () =>
    table(
      [
        'Step Functions',
        'Lambda',
        'CodeBuild',
        'transfer',
        'S3, logs, KMS key',
        'total',
        'ECR storage, extra',
      ],
      (size) => {
        const list = workload(size)
        const costs = costsOf(uniformWorkload(list))
        const { stepFunctions, lambda, builds, storage } = costs
        return [
          ...[stepFunctions, lambda, builds].map(dollars),
          between(list, ({ transfer }) => transfer),
          dollars(otherOf(costs)),
          between(list, withoutStorage),
          dollars(storage),
        ]
      },
    ),
  'designs, by pair': () =>
    pairsTable(Object.fromEntries(SIZES.map((size) => [sizeName(size), compared(size)]))),
  ...Object.fromEntries(
    SIZES.map((size) => [`designs, ${sizeName(size)}`, () => designsTable(sizeName(size), compared(size))]),
  ),
}

/** Returns the page with current tables. */
export function recomputed(page: string): string {
  return Object.entries(TABLES).reduce((text, [name, make]) => {
    const mark = `<!-- ${name} -->`
    if (!text.includes(mark))
      throw new Error(`docs/scale.md has no mark for the table "${name}"; add ${mark}`)
    return text.replace(new RegExp(`${mark}\\n(?:\\n?\\|[^\\n]*\\n)*`), `${mark}\n\n${make()}\n`)
  }, page)
}

if (import.meta.main) writeFileSync(SCALE_PAGE, recomputed(readFileSync(SCALE_PAGE, 'utf8')))
