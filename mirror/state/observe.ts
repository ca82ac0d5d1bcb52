/** Turns the report of an image into records: what a run has found and written, with the time when it did. */
import type { Run } from '../contract.ts'
import type { PairReport } from '../documents.ts'
import type { BackupState, StateRecord, TagState, TargetState } from './record.ts'

/**
 * @param pairs - the pairs of one image
 * @param now - when their outcomes were determined, unless a pair says so itself
 * @returns one record for each repository; a registry may have another name for it than ECR
 */
export function recordsOf(pairs: readonly PairReport[], run: Pick<Run, 'list'>, now: Date): StateRecord[] {
  const byRepository = Map.groupBy(pairs.filter(isReal), ({ repository }) => repository)
  return [...byRepository].map(([repository, those]) => ({
    repository,
    targets: Object.fromEntries(those.map((pair) => [pair.target, targetState(pair, run, now)])),
  }))
}

/** Dry runs report what they would do. */
function isReal({ outcome }: PairReport): boolean {
  return outcome !== 'stale' && outcome !== 'missing'
}

function targetState(pair: PairReport, run: Pick<Run, 'list'>, now: Date): TargetState {
  const { image, tags, at, times } = pair
  const owner = run.list === undefined ? { image } : {}
  const ended = timeOf(times?.ended ?? at, now)
  // A build takes hours at worst, in which somebody may move a tag that it does not write.
  const compared = timeOf(at ?? times?.ordered, now)
  return {
    ...backupsOf(tags, ended, owner),
    tags: Object.fromEntries(
      tags.flatMap((one) =>
        one.tag === undefined
          ? []
          : [[one.tag, { ...tagState(one, one.written ? ended : compared), ...owner }]],
      ),
    ),
  }
}

function backupsOf(
  tags: PairReport['tags'],
  at: string,
  owner: Pick<BackupState, 'image'>,
): Pick<TargetState, 'backups'> {
  const found = tags.flatMap(({ tag, backup }): [string, BackupState][] =>
    tag === undefined || backup === undefined
      ? []
      : [[backup.name, { tag, digest: backup.digest, at, ...owner }]],
  )
  return found.length === 0 ? {} : { backups: Object.fromEntries(found) }
}

function tagState({ digest, was, written }: PairReport['tags'][number], at: string): TagState {
  return {
    digest,
    changed: at,
    verified: at,
    ...(was === undefined ? {} : { was }),
    ...(written ? { written } : {}),
  }
}

/** Times are compared as text, so all have the same form. */
function timeOf(text: string | undefined, now: Date): string {
  return (text === undefined ? now : new Date(text)).toISOString()
}
