/** Turns an image and what a run measured of it into its part of the workload. */
import { ASSUMED } from '../../estimate/assumed.ts'
import type { ImageLoad, PairLoad } from '../../estimate/workload.ts'
import type { List } from '../../mirror/list/config.ts'
import { homeOf } from '../../mirror/list/home.ts'
import { DEFAULT_SCHEDULE } from '../../mirror/list/schedule.ts'
import { deletingKey } from '../../mirror/list/time/may-prune.ts'
import { startsPerMonth } from '../../mirror/list/time/starts.ts'
import type { IdentifiedEntry } from '../../mirror/plan/plan.ts'
import { wantedPlatforms } from '../../mirror/platforms/platform.ts'
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { EstimateOptions } from './command.ts'
import { usesKms } from './fixtures.ts'
import { completed } from './measured.ts'
import { PRICED_REGION, placeOf } from './place.ts'
import type { ReportedImage } from './reported.ts'

export interface LoadedImage {
  readonly load: ImageLoad
  /** Pairs whose bytes were measured, there or at another target. */
  readonly measured: number
  /** Pairs whose storage was measured, there or at another target. */
  readonly stored: number
}

/** @param entry - undefined for an image of `imagesFrom`, which has the settings and the schedule of the list */
export function loadOf(
  { targets, measured }: ReportedImage,
  entry: IdentifiedEntry | undefined,
  { list, options }: { readonly list: List; readonly options: EstimateOptions },
): LoadedImage {
  const settings = entry?.settings ?? { ...list.defaults, repositories: list.repositories }
  const platforms = wantedPlatforms(settings.platforms)?.length ?? ASSUMED.platforms
  const assumed = options.gb * Math.min(1, platforms / ASSUMED.platforms)
  const { encryption } = settings.repositories
  const whole = measured.map((pair) => completed(pair, measured))
  const pairs = targets.map((target, index): PairLoad => {
    const { changed = assumed, stored = assumed, buildSeconds } = whole[index] ?? {}
    return {
      place: placeOf(target, list),
      changed,
      stored,
      ...(buildSeconds === undefined ? {} : { buildSeconds }),
      ...(usesKms(encryption, target) ? { usesKms: true } : {}),
    }
  })
  const schedule = entry?.schedule ?? list.schedule ?? DEFAULT_SCHEDULE
  const region = entry === undefined ? undefined : parseEcrHost(entry.ref.registry)?.region
  const isElsewhere = region !== undefined && region !== (homeOf(list) ?? PRICED_REGION)
  return {
    load: {
      runsPerMonth: options.runs ?? startsPerMonth(schedule),
      ...(isElsewhere ? { fromOtherRegion: true } : {}),
      ...(deletingKey({ settings, expires: entry?.expires }) === undefined ? {} : { prunes: true }),
      pairs,
    },
    measured: whole.filter(({ changed }) => changed !== undefined).length,
    stored: whole.filter(({ stored }) => stored !== undefined).length,
  }
}
