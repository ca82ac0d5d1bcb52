/** Completes a build's result with what only its order and its environment know: round, log, times and moved tags. */
import type { SyncResult, WorkOrder } from '../mirror/documents.ts'
import type { PairTimes } from '../mirror/pair-times.ts'
import type { Settings } from './environment.ts'
import { buildLink } from './log-link.ts'

/** @param now - when the last tag was done, in milliseconds since the epoch */
export function signed(
  { outcome, ...result }: SyncResult,
  order: Pick<WorkOrder, 'before' | 'ordered'>,
  settings: Pick<Settings, 'buildArn' | 'round' | 'queued' | 'started'>,
  now: number,
): SyncResult {
  const link = buildLink(settings.buildArn)
  const times = timesOf(order, settings, now)
  const before = movedTags(result, order)
  const moved = Object.keys(before).length
  return {
    ...result,
    outcome: { ...outcome, ...(moved === 0 ? {} : { moved }), ...(times === undefined ? {} : { times }) },
    round: settings.round,
    ...(moved === 0 ? {} : { before }),
    ...(link === undefined ? {} : { log: link }),
  }
}

function timesOf(
  { ordered }: Pick<WorkOrder, 'ordered'>,
  { queued, started }: Pick<Settings, 'queued' | 'started'>,
  now: number,
): PairTimes | undefined {
  if (ordered === undefined) return undefined
  const at = (time: number): string => new Date(time).toISOString()
  return { ordered, queued: at(queued ?? started), copying: at(started), ended: at(now) }
}

/** Tags that arrived and had another digest before. */
function movedTags(
  { tags }: Pick<SyncResult, 'tags'>,
  { before = {} }: Pick<WorkOrder, 'before'>,
): Record<string, string> {
  // A tag may be named like a property of every object.
  const held = new Map(Object.entries(before))
  const moved = tags.flatMap(({ tag = '', digest, status }): [string, string][] => {
    const old = held.get(tag)
    const arrived = status === 'copied' || status === 'present'
    return old === undefined || old === digest || !arrived ? [] : [[tag, old]]
  })
  return Object.fromEntries(moved)
}
