/** Asks a source for a manifest that is listed or spelt out. */
import type { Descriptor } from '../../registry/model/manifest.ts'
import { isRegistryError } from '../failure.ts'
import type { Source } from './source.ts'

/** Undefined if the source says to a GET as well that it does not exist. */
export async function findManifest(
  source: Pick<Source, 'resolveManifest'>,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor | undefined> {
  try {
    return await source.resolveManifest(reference, signal)
  } catch (error) {
    if (isRegistryError(error, 'notFound')) return undefined
    throw error
  }
}
