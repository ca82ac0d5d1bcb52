/** Changes of the record after a decision: marks unwanted tags, and forgets deleted ones. */
import type { TagState, TargetState } from '../state/record.ts'
import type { Decision } from './decide.ts'

/**
 * @param stored - the record, which another run may have changed meanwhile
 * @param seen - the record that the decision was made by
 * @param forgotten - tags that the target no longer has with the digest that we wrote
 */
export function marked(
  stored: TargetState,
  seen: TargetState,
  { due, waits, held, certain }: Decision,
  forgotten: ReadonlySet<string>,
): TargetState {
  const { backups } = stored
  const kept = backups && { backups: without(backups, forgotten) }
  if (!certain) return { ...stored, ...kept }
  const since = new Map([...due, ...waits, ...held].map((one) => [one.tag, one.since]))
  const tags = Object.entries(stored.tags).flatMap(([tag, state]): [string, TagState][] => {
    const before = seen.tags[tag]
    // Mirrored meanwhile, by a run that knew better.
    if (before === undefined || before.verified !== state.verified) return [[tag, state]]
    if (forgotten.has(tag)) return []
    const { unwanted: _, ...wanted } = state
    const mark = since.get(tag)
    return [[tag, mark === undefined ? wanted : { ...wanted, unwanted: mark }]]
  })
  return { ...stored, ...kept, tags: Object.fromEntries(tags) }
}

/** Their names are new each time, so a deleted one does not come back. */
function without<T>(all: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.has(name)))
}
