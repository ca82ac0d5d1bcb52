/** What the copier is held to, and whether it got there: computed from the same samples as the tables. */
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
  /** The most that is good. */
  readonly limit: number
  /** Not a number where nothing was measured. */
  readonly measured: number
  readonly unit: string
}

/** From about 100 MB on it is bytes that count. */
const LARGE = ['M', 'L']
/** Many small blobs: it is requests that count. */
const MANY = ['T', 'G']
/** Manifests and the like: they are not in what images.ts counts. */
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
  const toSkopeo = (limit: number): Goal => goal('time of skopeo', limit, ratio(one, 'skopeo'))
  if (MANY.includes(image) && targets === 1 && link) return [toSkopeo(0.25)]
  if (!LARGE.includes(image)) return []
  const bytes = bytesOf(IMAGES[image] as ImageSpec)
  if (targets === 4 && link) {
    const read = of(one, ({ source }) => source.bytes)
    return [toSkopeo(0.35), goal('bytes read at the source', NEARLY_ONCE, read / bytes)]
  }
  if (targets === 4) return []
  if (link) return [goal('time of the floor', 1.2, wall(one, OURS) / floorSeconds(link, bytes))]
  // The time of skopeo on loopback is in the table: from run to run it moves by a fifth, too much for a goal.
  return [goal('time of a bare pipe', 1.1, ratio(one, PIPE))]
}

function unchangedGoals(one: Measured, goal: (...parts: GoalParts) => Goal): Goal[] {
  const tags = Object.keys(IMAGES[one.case.image]?.tags ?? {}).length
  const asked = (kind: string): number => of(one, ({ source }) => source.kinds[kind] ?? 0)
  const uploads = of(one, ({ target }) => sumOf(target.kinds, /upload|^PUT/))
  return [
    goal('counted pulls', 0, asked('GET manifest'), ''),
    goal('HEADs of its tags at the source', tags, asked('HEAD manifest'), ''),
    goal('uploads', 0, uploads, ''),
  ]
}

type GoalParts = [what: string, limit: number, value: number, unit?: string]

/** The same for a small and for a large blob, with a slow target too. */
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
      const what = `peak memory for 2 GB beside that for 64 MB, ${link ? 'slow target' : 'loopback'}`
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

/** The median of ours. */
function of({ samples }: Measured, value: (sample: Sample) => number): number {
  return median(samples.filter(({ tool }) => tool === OURS).map(value))
}

function sumOf(kinds: Readonly<Record<string, number>>, pattern: RegExp): number {
  return Object.entries(kinds).reduce((sum, [kind, count]) => sum + (pattern.test(kind) ? count : 0), 0)
}
