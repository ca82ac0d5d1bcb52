/** Finds what a pushed artifact describes, such as the image of a signature. */
import { contentOf } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { isRegistryError } from '../failure.ts'
import type { Source } from '../resolve/source.ts'

/** The signature of an SBOM of an image has depth 2. */
const MAX_DEPTH = 8

/** Returns the digest of the image; undefined if the artifact describes nothing that the source has. */
export async function subjectOf(
  source: Pick<Source, 'getManifest'>,
  artifact: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  let digest = artifact
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const subject = await readSubject(source, digest, signal)
    if (subject === 'missing') return undefined
    if (subject === undefined) return digest === artifact ? undefined : digest
    digest = subject
  }
  return undefined
}

async function readSubject(
  source: Pick<Source, 'getManifest'>,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<Digest | 'missing' | undefined> {
  try {
    return contentOf(await source.getManifest(digest, signal)).subject?.digest
  } catch (error) {
    if (isRegistryError(error, 'notFound')) return 'missing'
    throw error
  }
}
