/** Lists the tags of a source, and explains a missing repository. */
import { ErrorName } from '../error-name.ts'
import { isRegistryError, namedError } from '../failure.ts'
import type { Progress, Source } from './source.ts'

/** Registries also respond "not found" for repositories that the caller must not see. */
export async function listTags(
  source: Pick<Source, 'name' | 'listTags'>,
  signal: AbortSignal | undefined,
  progress?: Progress,
): Promise<string[]> {
  try {
    return await source.listTags(signal, progress)
  } catch (error) {
    if (!isRegistryError(error, 'notFound')) throw error
    throw notFound(`${source.name} does not exist, or needs credentials`, error)
  }
}

export function notFound(message: string, cause?: unknown): Error {
  return namedError(ErrorName.SourceNotFound, message, cause)
}
