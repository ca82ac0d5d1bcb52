/** Renders the results as bench/RESULTS.md. */
import { cpus, loadavg, release, totalmem } from 'node:os'
import type { Sample } from './bench.ts'
import { type Case, nameOf } from './cases.ts'
import { goalsOf, type Measured } from './goals.ts'
import { bytesOf, IMAGES, type ImageSpec } from './images.ts'
import { floorSeconds } from './links.ts'
import { median } from './measure.ts'
import type { StartUp } from './start-up.ts'
import { OURS, type Tool } from './tools.ts'

export interface Circumstances {
  readonly tools: readonly Tool[]
  readonly registry: string
  readonly repetitions: number
  readonly command: string
  readonly started: Date
  readonly startUp: StartUp
  /** Load averages before and after. */
  readonly load: readonly [number, number]
}

export function describeMachine(): string {
  const [first] = cpus()
  const memory = Math.round(totalmem() / 1e9)
  return `${cpus().length} × ${first?.model ?? 'unknown'}, ${memory} GB, Linux ${release()}`
}

export function currentLoad(): number {
  return loadavg()[0] ?? 0
}

export function renderReport(measured: readonly Measured[], circumstances: Circumstances): string {
  const { tools, registry, repetitions, command, started, load, startUp } = circumstances
  const images = [...new Set(measured.map((one) => one.case.image))]
  return [
    '# Results of the benchmark',
    '',
    `\`${command}\`, ${started.toISOString().slice(0, 10)}, on ${describeMachine()}.`,
    `Load before and after: ${load.map((one) => one.toFixed(1)).join(' and ')}. Source and targets are ${registry} on`,
    `loopback. The tools took turns. Figures are medians of ${repetitions} rounds.`,
    '[SYNC.md](SYNC.md) has the results of `sync`, which mirrors a list.',
    '',
    ...tools.map(({ name, version }) => `- ${name}: ${version}`),
    '',
    '| image | content |',
    '| --- | --- |',
    ...images.map((name) => `| ${name} | ${IMAGES[name]?.what ?? ''} |`),
    '',
    '## Goals',
    '',
    ...goalTable(measured, startUp),
    '',
    `The program opens its first connection ${startUp.ours.toFixed(0)} ms after its start. A Node script that only sends`,
    `one request takes ${startUp.bareNode.toFixed(0)} ms.`,
    '',
    '## Seconds from start to end',
    '',
    ...wallTable(measured, tools),
    '',
    'Cells have the median, the minimum and the maximum. The floor of a link is the time to send the missing bytes at its',
    'rate, and 4 round trips; it is followed by our time relative to it. The other tools run once for each target, all at',
    'the same time.',
    '',
    '## Resources',
    '',
    ...costTable(measured),
    '',
  ].join('\n')
}

function goalTable(measured: readonly Measured[], startUp: StartUp): string[] {
  const rows = goalsOf(measured, startUp).map(({ what, limit, measured: value, unit }) => {
    const text = (number: number): string => `${Number(number.toFixed(2))} ${unit}`.trim()
    return [what, `at most ${text(limit)}`, text(value), value <= limit ? 'yes' : 'no']
  })
  return table([['case', 'goal', 'measured', 'met'], ...rows])
}

function wallTable(measured: readonly Measured[], tools: readonly Tool[]): string[] {
  const names = tools.map(({ name }) => name)
  const peers = names.filter((name) => name !== OURS)
  const header = ['case', ...names, 'floor', ...peers.map((name) => `ours / ${name}`)]
  return table([
    header,
    ...measured.map(({ case: one, samples }) => {
      const walls = names.map((name) => wallsOf(samples, name))
      const ours = median(wallsOf(samples, OURS))
      const floor = floorOf(one)
      return [
        nameOf(one),
        ...walls.map(spread),
        floor === undefined ? '' : `${floor.toFixed(2)} (${(ours / floor).toFixed(2)})`,
        ...peers.map((name) => ratio(ours, median(wallsOf(samples, name)))),
      ]
    }),
  ])
}

/** An unchanged image has no missing bytes. */
function floorOf({ link, image, unchanged }: Case): number | undefined {
  if (link === undefined) return undefined
  return floorSeconds(link, unchanged ? 0 : bytesOf(IMAGES[image] as ImageSpec))
}

function costTable(measured: readonly Measured[]): string[] {
  const rows = measured.flatMap(({ case: one, samples }) => {
    const names = [...new Set(samples.map(({ tool }) => tool))]
    return names.map((name) =>
      costRow(
        one,
        samples.filter(({ tool }) => tool === name),
      ),
    )
  })
  const header = [
    'case',
    'tool',
    'CPU s',
    'peak MB',
    'MB from the source',
    'requests to the source',
    'requests to the targets',
  ]
  return table([header, ...rows])
}

function costRow(one: Case, samples: readonly Sample[]): string[] {
  const of = (value: (sample: Sample) => number): number => median(samples.map(value))
  const last = samples.at(-1) as Sample
  return [
    nameOf(one),
    last.tool,
    of(({ cpu }) => cpu).toFixed(2),
    of(({ memory }) => memory).toFixed(0),
    (of(({ source }) => source.bytes) / 1e6).toFixed(1),
    kindsText(last.source.kinds),
    kindsText(last.target.kinds),
  ]
}

function kindsText(kinds: Readonly<Record<string, number>>): string {
  return Object.entries(kinds)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')
}

function wallsOf(samples: readonly Sample[], name: string): number[] {
  return samples.filter(({ tool }) => tool === name).map(({ wall }) => wall)
}

function spread(walls: readonly number[]): string {
  if (walls.length === 0) return ''
  return `${median(walls).toFixed(2)} [${Math.min(...walls).toFixed(2)}, ${Math.max(...walls).toFixed(2)}]`
}

function ratio(ours: number, theirs: number): string {
  return Number.isNaN(ours / theirs) ? '' : (ours / theirs).toFixed(2)
}

function table([header = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)]
}
