/** Runs a command on the deployed mirror, and closes its connections. */
import { unlessAborted } from '../../terminal/interrupted.ts'
import { type Documents, openDocuments } from './documents.ts'
import { type Executions, openExecutions } from './executions.ts'
import type { Place } from './flags.ts'
import { findMirror, type Mirror } from './mirror.ts'

export interface Deployed {
  readonly mirror: Mirror
  readonly executions: Executions
  /** Opened on demand: a mirror in an app of one's own may lack the output with the bucket's name. */
  documents(): Promise<Documents>
}

/** Returns the exit status. @throws AwsProblem for an error that the user can mend, or the reason of an abort */
export async function withMirror(
  place: Place,
  signal: AbortSignal,
  work: (deployed: Deployed) => Promise<number>,
): Promise<number> {
  const opened: { close(): void }[] = []
  try {
    const mirror = await unlessAborted(findMirror(place), signal)
    const executions = await openExecutions(mirror)
    opened.push(executions)
    let documents: Promise<Documents> | undefined
    const open = async () => {
      const made = await openDocuments(mirror)
      opened.push(made)
      return made
    }
    return await work({ mirror, executions, documents: () => (documents ??= open()) })
  } finally {
    for (const one of opened) one.close()
  }
}
