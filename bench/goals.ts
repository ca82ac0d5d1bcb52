/** Goals of the copier, and the values measured for them. */
import type { Sample } from './bench.ts'
import { type Case, nameOf } from './cases.ts'
import { bytesOf, IMAGES, type ImageSpec } from './images.ts'
import { floorSeconds } from './links.ts'
import { median } from './measure.ts'
import type { StartUp } from './start-up.ts'
import { OURS, PIPE } from './tools.ts'

export interface Measured {
  readonly case: Case
  readonly samples: readonly Sample[]
}

export interface Goal {
  readonly what: string
  /** The goal is met by values up to this one. */
  readonly limit: number
  /** NaN if nothing was measured. */
  readonly measured: number
  readonly unit: string
}

/** Images whose copy time depends on bytes. */
const LARGE = ['M', 'L']
/** Images with many small blobs, whose copy time depends on requests. */
const MANY = ['T', 'G']
/** Leaves room for manifests and configs, which `bytesOf` does not count. */
const NEARLY_ONCE = 1.02

export function goalsOf(measured: readonly Measured[], startUp?: StartUp): Goal[] {
  const all = [...measured.flatMap(goalsOfCase), ...memoryGoals(measured)]
  if (startUp !== undefined) {
    all.push({ what: 'first connection after the start', limit: 150, measured: startUp.ours, unit: 'ms' })
  }
  return all.filter((goal) => !Number.isNaN(goal.measured))
}

function goalsOfCase(one: Measured): Goal[] {
  const { image, targets, link, unchanged } = one.case
  const goal = (what: string, limit: number, value: number, unit = '×'): Goal => ({
    what: `${nameOf(one.case)}: ${what}`,
    limit,
    measured: value,
    unit,
  })
  if (unchanged) return unchangedGoals(one, goal)
  const toSkopeo = (limit: number): Goal => goal('time relative to skopeo', limit, ratio(one, 'skopeo'))
  if (MANY.includes(image) && targets === 1 && link) return [toSkopeo(0.25)]
  if (!LARGE.includes(image)) return []
  const bytes = bytesOf(IMAGES[image] as ImageSpec)
  if (targets === 4 && link) {
    const read = of(one, ({ source }) => source.bytes)
    return [
      toSkopeo(0.35),
      goal('bytes read from the source, relative to the image', NEARLY_ONCE, read / bytes),
    ]
  }
  if (targets === 4) return []
  if (link) return [goal('time relative to the floor', 1.2, wall(one, OURS) / floorSeconds(link, bytes))]
  // No goal compares with skopeo on loopback, because that time varies by a fifth from run to run.
  return [goal('time relative to a bare pipe', 1.1, ratio(one, PIPE))]
}

function unchangedGoals(one: Measured, goal: (...parts: GoalParts) => Goal): Goal[] {
  const tags = Object.keys(IMAGES[one.case.image]?.tags ?? {}).length
  const requests = (kind: string): number => of(one, ({ source }) => source.kinds[kind] ?? 0)
  const uploads = of(one, ({ target }) => sumOf(target.kinds, /upload|^PUT/))
  return [
    goal('counted pulls', 0, requests('GET manifest'), ''),
    goal('HEADs of tags at the source', tags, requests('HEAD manifest'), ''),
    goal('uploads', 0, uploads, ''),
  ]
}

type GoalParts = [what: string, limit: number, value: number, unit?: string]

/** Memory must be bounded, and independent of the blob's size and the target's speed. */
function memoryGoals(measured: readonly Measured[]): Goal[] {
  const peaks = measured.map((one) => ({ ...one.case, peak: of(one, ({ memory }) => memory) }))
  const highest = Math.max(...peaks.filter(({ targets }) => targets === 1).map(({ peak }) => peak))
  const large = peaks.filter(({ image }) => image === 'B2000')
  return [
    {
      what: 'peak memory, one target',
      limit: 150,
      measured: Number.isFinite(highest) ? highest : Number.NaN,
      unit: 'MB',
    },
    ...large.map(({ link, peak }) => {
      const small = peaks.find((other) => other.image === 'B64' && other.link === link)?.peak ?? Number.NaN
      const what = `peak memory for 2 GB compared with 64 MB, ${link ? 'slow target' : 'loopback'}`
      return { what, limit: 15, measured: peak - small, unit: 'MB more' }
    }),
  ]
}

function ratio(one: Measured, tool: string): number {
  return wall(one, OURS) / wall(one, tool)
}

function wall({ samples }: Measured, name: string): number {
  return median(samples.filter(({ tool }) => tool === name).map((sample) => sample.wall))
}

/** Our median. */
function of({ samples }: Measured, value: (sample: Sample) => number): number {
  return median(samples.filter(({ tool }) => tool === OURS).map(value))
}

function sumOf(kinds: Readonly<Record<string, number>>, pattern: RegExp): number {
  return Object.entries(kinds).reduce((sum, [kind, count]) => sum + (pattern.test(kind) ? count : 0), 0)
}
