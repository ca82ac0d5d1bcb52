/** Renders the results as bench/SYNC.md. */
import { median } from '../measure.ts'
import { describeMachine } from '../report.ts'
import { type Case, nameOf } from './cases.ts'
import { goalsOf } from './goals.ts'
import { LIST, UNIQUE_BYTES } from './images.ts'
import type { Sample } from './run.ts'
import { OURS, type Tool } from './tools.ts'

export interface Measured {
  readonly case: Case
  readonly samples: readonly Sample[]
}

export interface Circumstances {
  readonly tools: readonly Tool[]
  readonly rounds: number
  readonly started: Date
  readonly registry: string
  /** Load averages before and after. */
  readonly load: readonly [number, number]
}

export function renderSync(
  measured: readonly Measured[],
  { tools, rounds, started, registry, load }: Circumstances,
): string {
  const tags = LIST.reduce((sum, one) => sum + Object.keys(one.tags).length, 0)
  return [
    '# Results of the benchmark of `sync`',
    '',
    `\`npm run bench:sync\`, ${started.toISOString().slice(0, 10)}, on ${describeMachine()}.`,
    `Load before and after: ${load.map((one) => one.toFixed(1)).join(' and ')}. Source and targets are ${registry} on loopback.`,
    `The tools took turns. Figures are medians of ${rounds} rounds.`,
    '',
    `The list has ${LIST.length} images with ${tags} tags, half of the images for two platforms, on four bases that they share:`,
    `${(UNIQUE_BYTES / 1e6).toFixed(0)} MB of unique layers.`,
    '',
    ...tools.map(({ name, version }) => `- ${name}: ${version}`),
    '',
    '## Goals',
    '',
    ...goalTable(measured),
    '',
    '## Measured',
    '',
    ...costTable(measured, tools),
    '',
    'Seconds are the median, the minimum and the maximum.',
    '',
  ].join('\n')
}

function goalTable(measured: readonly Measured[]): string[] {
  const goals = measured.flatMap((one) => goalsOf(one.case, one.samples))
  const rows = goals
    .filter(({ measured: value }) => !Number.isNaN(value))
    .map(({ what, limit, measured: value, unit }) => {
      const text = (number: number): string => `${Number(number.toFixed(2))} ${unit}`.trim()
      return [what, `at most ${text(limit)}`, text(value), value <= limit ? 'yes' : 'no']
    })
  return table([['case', 'goal', 'measured', 'met'], ...rows])
}

function costTable(measured: readonly Measured[], tools: readonly Tool[]): string[] {
  const header = [
    'case',
    'tool',
    'seconds',
    'CPU s',
    'peak MB',
    'MB from the source',
    'requests to the source',
  ]
  const rows = measured.flatMap(({ case: one, samples }) =>
    tools.map(({ name }) => {
      const own = samples.filter(({ tool }) => tool === name)
      const of = (value: (sample: Sample) => number): number => median(own.map(value))
      const walls = own.map(({ wall }) => wall)
      return [
        nameOf(one),
        name === OURS ? `**${name}**` : name,
        `${median(walls).toFixed(2)} [${Math.min(...walls).toFixed(2)}, ${Math.max(...walls).toFixed(2)}]`,
        of(({ cpu }) => cpu).toFixed(2),
        of(({ memory }) => memory).toFixed(0),
        (of(({ source }) => source.bytes) / 1e6).toFixed(1),
        kindsText(own.at(-1)?.source.kinds ?? {}),
      ]
    }),
  )
  return table([header, ...rows])
}

function kindsText(kinds: Readonly<Record<string, number>>): string {
  return Object.entries(kinds)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
}

function table([header = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)]
}
