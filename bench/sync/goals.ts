/** Goals of `sync`, and the values measured for them. */
import { median } from '../measure.ts'
import { type Case, nameOf } from './cases.ts'
import { UNIQUE_BYTES } from './images.ts'
import type { Sample } from './run.ts'
import { OURS, REGSYNC } from './tools.ts'

/** Leaves room for manifests and configs, which the unique bytes do not count. */
const NEARLY_ONCE = 1.02
const MAX_MEGABYTES = 250

export interface Goal {
  readonly what: string
  readonly limit: number
  readonly measured: number
  readonly unit: string
}

export function goalsOf(one: Case, samples: readonly Sample[]): Goal[] {
  const of = (tool: string, value: (sample: Sample) => number): number =>
    median(samples.filter((sample) => sample.tool === tool).map(value))
  const seconds = (tool: string): number => of(tool, ({ wall }) => wall)
  const goal = (what: string, limit: number, measured: number, unit: string): Goal => ({
    what: `${nameOf(one)}: ${what}`,
    limit,
    measured,
    unit,
  })
  const pulls = of(OURS, ({ source }) => source.kinds['GET manifest'] ?? 0)
  const read = of(OURS, ({ source }) => source.bytes) / UNIQUE_BYTES
  return [
    goal('time relative to regsync', one.goal, seconds(OURS) / seconds(REGSYNC), '×'),
    one.unchanged
      ? goal('counted pulls', 0, pulls, '')
      : goal('bytes read from the source, relative to the unique bytes', NEARLY_ONCE, read, '×'),
    goal(
      'peak memory',
      MAX_MEGABYTES,
      of(OURS, ({ memory }) => memory),
      'MB',
    ),
  ]
}
