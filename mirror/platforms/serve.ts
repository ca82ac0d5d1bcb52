/** Serves the indexes of chosen platforms as if the source had them, by making them again from the source's indexes. */
import type { Manifest } from '../../registry/model/manifest.ts'
import { isIndexType } from '../../registry/model/media-type.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'
import { choose } from './choose.ts'
import type { Form } from './form.ts'

export interface Serving {
  /** Undefined if all platforms are wanted. */
  readonly form: Form | undefined
  /** The tags that Resolve returned. */
  readonly tags: readonly Pick<ResolvedTag, 'digest' | 'mediaType' | 'origin'>[]
  /** Indexes that need not be made again, by digest. @default - none */
  readonly made?: ReadonlyMap<string, Manifest>
}

/** Whether Resolve made the tag's index, so that the source does not have it. */
export function isMade({ mediaType, origin }: Pick<ResolvedTag, 'mediaType' | 'origin'>): boolean {
  return origin !== undefined && isIndexType(mediaType)
}

export function servingMade<T extends Pick<Repository, 'name' | 'getManifest' | 'blob'>>(
  source: T,
  { form, tags, made }: Serving,
): T {
  const origins = new Map(tags.filter(isMade).map(({ digest, origin }) => [digest, origin as Digest]))
  if (form === undefined || origins.size === 0) return source
  return {
    ...source,
    async getManifest(reference, signal) {
      const origin = origins.get(reference)
      if (origin === undefined) return source.getManifest(reference, signal)
      const known = made?.get(reference)
      if (known !== undefined) return known
      const choice = await choose(await source.getManifest(origin, signal), form, source, signal)
      if ('made' in choice && choice.made?.digest === reference) return choice.made
      throw namedError(
        ErrorName.InvalidImage,
        `${source.name}@${origin} does not give ${reference} for ${form.platforms.join(', ')}; start the run again`,
      )
    },
  }
}
