/** Decides what the run of a push does, once the pushes of all regions are settled. */
import type { Pushed } from './plan.ts'
import type { Push } from './push-list.ts'
import { SETTLING_MINUTES, type Settled, type StoredPush } from './settle-pushes.ts'

/** Converts a push to its stored form. Events have a resolution of one second. */
export function storedPush({ region, digest, time }: Push, now: number): StoredPush {
  const at = time === undefined ? now : Date.parse(time)
  return { region, digest, time: new Date(at).toISOString().replace(/\.\d+/, '') }
}

/** Returns the push whose content every region is to have, which may not be the one that started the run. */
export function winningPush(push: Push, { winner }: Settled): Push {
  return { ...push, ...winner }
}

/** @param targets - the ids of the targets that the push is copied to */
export function rulesOfPush(
  push: Push,
  { winner, superseded, several, conflict }: Settled,
  targets: readonly string[],
): Pushed {
  return {
    ifMoved: several ? 'restore' : 'skip',
    keepNewer: { than: winner.time, but: [...superseded] },
    ...(conflict === undefined ? {} : { conflict: conflictOf(push, conflict, targets) }),
  }
}

function conflictOf(
  { repository, tag }: Push,
  { lost, won }: NonNullable<Settled['conflict']>,
  targets: readonly string[],
): NonNullable<Pushed['conflict']> {
  const target = targets.includes(lost.region) ? lost.region : (targets[0] ?? lost.region)
  const message =
    `${repository}:${tag} was pushed to ${lost.region} (${lost.digest}, ${lost.time}) and to ${won.region} ` +
    `(${won.digest}, ${won.time}) at the same time. Every target gets the later push. The other content is still in ` +
    `${lost.region} under its digest; if it is the right one, push it there again once nothing has been pushed for ${SETTLING_MINUTES} minutes`
  return { target, message }
}
