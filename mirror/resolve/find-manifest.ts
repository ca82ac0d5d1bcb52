/** Finds a manifest that should exist, by tag or digest. */
import type { Descriptor } from '../../registry/model/manifest.ts'
import { isRegistryError } from '../failure.ts'
import type { Source } from './source.ts'

/** Returns undefined if the source also responds to a GET that it does not exist. */
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
