/** Counts what each stage of the selection drops, so that the numbers add up to what the source lists. */
import * as z from 'zod'
import { countText } from '../../units.ts'
import { listed } from '../../words.ts'

/**
 * In the order in which they are applied. `artifact`: tags of signatures and other artifacts, which are mirrored with
 * their image. `notVersion`, `variant`, `prerelease` and `semver` apply if versions are asked for.
 */
export const STAGES = [
  'artifact',
  'include',
  'notVersion',
  'variant',
  'prerelease',
  'semver',
  'exclude',
  'latest',
] as const
export type StageName = (typeof STAGES)[number]

export const stageSchema = z.strictObject({
  /** What drops them: the filter of the same name, or what the tags are. */
  stage: z.enum(STAGES),
  /** Number of tags that the stage drops. */
  dropped: z.int().min(1),
  /** Some of the dropped tags. */
  samples: z.array(z.string()),
})
export type Stage = z.infer<typeof stageSchema>

/** How a selection came about: `listed` is the sum of all `dropped` and of `selected`. */
export const selectionSchema = z.strictObject({
  /** Number of tags that the source lists. */
  listed: z.int().min(0),
  /** The stages that dropped tags, in their order. */
  stages: z.array(stageSchema),
  /** Number of listed tags that are selected. */
  selected: z.int().min(0),
})
export type SelectionCounts = z.infer<typeof selectionSchema>

export const MAX_SAMPLES = 5
/** Width of the samples in a message. */
const MAX_WIDTH = 60

export interface StageCounter {
  drop(stage: StageName, tag: string): void
  /** Stages that dropped something, in their order. */
  stages(): Stage[]
}

export function countStages(): StageCounter {
  const counts = new Map<StageName, { dropped: number; readonly samples: string[] }>()
  return {
    drop(stage, tag) {
      const count = counts.get(stage) ?? { dropped: 0, samples: [] }
      counts.set(stage, count)
      count.dropped++
      if (count.samples.length < MAX_SAMPLES) count.samples.push(tag)
    },
    stages: () =>
      STAGES.flatMap((stage) => {
        const count = counts.get(stage)
        return count === undefined ? [] : [{ stage, ...count }]
      }),
  }
}

/** Registries list tags in any order. */
function inOrder(tags: readonly string[]): string[] {
  return tags.toSorted(new Intl.Collator('en', { numeric: true }).compare)
}

const REASONS: Readonly<Record<StageName, readonly [one: string, many: string]>> = {
  artifact: ['names an artifact', 'name artifacts'],
  include: ['is not included', 'are not included'],
  notVersion: ['is no version', 'are no versions'],
  variant: ['is of another variant', 'are of other variants'],
  prerelease: ['is a prerelease', 'are prereleases'],
  semver: ['is outside the range', 'are outside the range'],
  exclude: ['is excluded', 'are excluded'],
  latest: ['is older than the latest', 'are older than the latest'],
}

/** `12 are no versions, such as latest, edge`. */
export function describeStage({ stage, dropped, samples }: Stage): string {
  return `${countText(dropped)} ${REASONS[stage][dropped === 1 ? 0 : 1]}${someOf(samples, dropped)}`
}

/** `: edge, latest` for all tags, or `, such as edge, latest` for some of them. */
export function someOf(samples: readonly string[], count: number): string {
  const sorted = inOrder(samples)
  const all = `: ${sorted.join(', ')}`
  if (count <= samples.length && all.length <= MAX_WIDTH) return all
  return `, such as ${listed(sorted, MAX_WIDTH).replace(/ and \d+ more$/, '')}`
}
