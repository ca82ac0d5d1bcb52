/** Copies what was resolved to each of the targets, from one read of the source. How each target ended is data. */

import type { CopyContext } from '../../copy/attempt.ts'
import { fanOut } from '../../copy/blobs/fanout.ts'
import { createLanes } from '../../copy/blobs/lanes.ts'
import { type CopyResult, copyTag } from '../../copy/copy.ts'
import { copyServed } from '../../copy/images/served.ts'
import { createLimit } from '../../copy/limit.ts'
import { resultOf, type TagEnd } from '../../copy/outcome.ts'
import { createPace } from '../../copy/pace.ts'
import { createPlaces, type Places } from '../../copy/places.ts'
import type { Meter } from '../../copy/progress.ts'
import { createTarget, isEcr } from '../../copy/target.ts'
import { trafficOf } from '../../copy/traffic.ts'
import type { Artifact, ResolvedTag, SyncResult } from '../../mirror/documents.ts'
import { monotonicMs, systemClock } from '../../registry/model/clock.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { interruption } from '../interrupted.ts'
import type { LooseTag } from './loose-tags.ts'
import type { Wanted } from './resolve.ts'
import type { Open } from './targets.ts'

/** Enough to keep the limiter busy; more would only hold more manifests in memory. */
const TAGS_AT_ONCE = 16

const PRESENT: CopyResult = {
  status: 'present',
  bytes: 0,
  blobs: { copied: 0, mounted: 0, present: 0 },
  warnings: [],
}

export interface CopyTarget extends Open {
  readonly meter: Meter
}

/** @param from - repositories that have the content, or may have it, best first */
export async function copyToAll(
  wanted: Wanted,
  from: readonly Repository[],
  targets: readonly CopyTarget[],
  signal: AbortSignal,
): Promise<SyncResult[]> {
  const places = placesFor(from, targets)
  const lanes = createLanes(() =>
    targets.reduce((sum, { repository }) => sum + repository.traffic().bytesOut, 0),
  )
  // What is nearer comes first, and the source itself last.
  const source = from.at(-1)
  return Promise.all(
    targets.map((target, index) =>
      copyTo(target, wanted, { places: places[index] as Places, lanes, signal }, source),
    ),
  )
}

/** With one target there is nobody to wait for. */
function placesFor(from: readonly Repository[], targets: readonly CopyTarget[]): readonly Places[] {
  if (targets.length === 1) return [createPlaces(from)]
  const repositories = targets.map(({ repository }) => repository)
  return fanOut(from, repositories, { clock: systemClock })
}

async function copyTo(
  { ref, repository, held, meter }: CopyTarget,
  { tags, failed, warnings, artifacts, loose }: Wanted,
  { places, lanes, signal }: Required<Pick<CopyContext, 'places' | 'lanes' | 'signal'>>,
  source: Repository | undefined,
): Promise<SyncResult> {
  const started = monotonicMs()
  const pace = isEcr(repository) ? { pace: createPace() } : {}
  const target = createTarget(repository, pace)
  const limit = createLimit()
  const context: CopyContext = { places, target, limit, lanes, signal, meter }
  const found = artifacts.then((known) => known.found)
  // Every tag is told, and there may be none.
  found.catch(() => {})
  const atOnce = createLimit({ requests: TAGS_AT_ONCE })
  const ends = await Promise.all(
    tags.map((tag) =>
      atOnce(0, () => copyOne(context, tag, { tag: ref.tag ?? tag.tag, held, artifacts: found, source })),
    ),
  )
  // After the artifacts: what is listed with an image may be among these as well.
  const others = await loose
  const looseEnds = await Promise.all(
    others.tags.map((tag) => atOnce(0, () => copyLoose(context, tag, source))),
  )
  const seconds = (monotonicMs() - started) / 1000
  const before = { failed: [...failed, ...others.failed], warnings }
  return resultOf([...ends, ...looseEnds], seconds, trafficOf([], repository), before)
}

interface Aim {
  readonly tag: string | undefined
  readonly held: Open['held']
  readonly artifacts: Promise<readonly Artifact[]>
  /** Where its tag is. */
  readonly source: Repository | undefined
}

async function copyLoose(
  context: CopyContext,
  tag: LooseTag,
  source: Repository | undefined,
): Promise<TagEnd> {
  const { repository } = context.target
  const held = tag.isList ? repository.headManifest(tag.tag as string, context.signal) : undefined
  const there = await held?.catch(() => undefined)
  if (there !== undefined) return { tag: tag.tag, digest: there.digest, seconds: 0, result: PRESENT }
  return copyOne(context, tag, { tag: tag.tag, held: undefined, artifacts: Promise.resolve([]), source })
}

/** Never throws: one tag's failure is not the others'. */
async function copyOne(
  context: CopyContext,
  resolved: ResolvedTag,
  { tag, held, artifacts, source }: Aim,
): Promise<TagEnd> {
  const started = monotonicMs()
  const seconds = (): number => (monotonicMs() - started) / 1000
  const copy = ({ digest, mediaType, size }: ResolvedTag) => {
    const root = { digest: digest as Digest, mediaType, size }
    return copyTag(context, { root, artifacts, ...(tag === undefined ? {} : { tag }), ...(held && { held }) })
  }
  const { digest } = resolved
  try {
    const result = await copyServed(resolved, copy, () => source, context.signal)
    return { tag, digest: result.digest ?? digest, seconds: seconds(), result }
  } catch (error) {
    return { tag, digest, seconds: seconds(), error: context.signal?.aborted ? interruption() : error }
  }
}
