/** Records the artifacts that could not be copied, so that Diff does not start a build for them alone in the next run. */

import type { Refused } from '../copy/outcome.ts'
import { refusalOf } from '../mirror/diff/refusals.ts'
import type { WorkOrder } from '../mirror/documents.ts'
import { refusalKey } from '../mirror/keys.ts'

export interface DocumentWriter {
  writeJson(key: string, document: unknown): Promise<unknown>
}

/** @param now - milliseconds since the epoch */
export async function rememberRefusals(
  bucket: DocumentWriter,
  { target, repository }: Pick<WorkOrder, 'target' | 'repository'>,
  refused: readonly Refused[],
  now: number,
): Promise<void> {
  for (const { artifact, message, lasting } of refused) {
    const key = refusalKey(target, repository, artifact)
    await bucket.writeJson(key, refusalOf(artifact, message, { now, lasting }))
  }
}
