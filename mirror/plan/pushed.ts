/** A push among others: what its run does, when those of several regions are settled. */
import type { Region } from '../list/config.ts'
import type { Pushed } from './plan.ts'
import type { Push } from './push-list.ts'
import { SETTLING_MINUTES, type Settled, type Told } from './settle-pushes.ts'

/** A push as it is noted: events tell the time in seconds. */
export function toldOf({ region, digest, time }: Push, now: number): Told {
  const at = time === undefined ? now : Date.parse(time)
  return { region, digest, time: new Date(at).toISOString().replace(/\.\d+/, '') }
}

/** The push whose content every region is to have, in the place of the one that started the run. */
export function standing(push: Push, { stands }: Settled): Push {
  return { ...push, ...stands }
}

/** @param targets - where pushes are copied to */
export function pushedAmong(
  push: Push,
  { stands, superseded, several, conflict }: Settled,
  targets: readonly Region[],
): Pushed {
  return {
    ifMoved: several ? 'restore' : 'skip',
    keepNewer: { than: stands.time, but: [...superseded] },
    ...(conflict === undefined ? {} : { conflict: conflictOf(push, conflict, targets) }),
  }
}

function conflictOf(
  { repository, tag }: Push,
  { lost, won }: NonNullable<Settled['conflict']>,
  targets: readonly Region[],
): NonNullable<Pushed['conflict']> {
  const region = targets.includes(lost.region) ? lost.region : (targets[0] ?? lost.region)
  const message =
    `${repository}:${tag} was pushed to ${lost.region} (${lost.digest}, ${lost.time}) and to ${won.region} ` +
    `(${won.digest}, ${won.time}) at once, and every region gets what was pushed last; the other content is still in ` +
    `${lost.region} by its digest: if it is the right one, push it there again when nothing was pushed for ${SETTLING_MINUTES} minutes`
  return { region, message }
}
