/** The form that an image's settings ask for: an index of some platforms, or the manifest of one. */
import type { ImageSettings } from '../list/config.ts'
import { wantedPlatforms } from './platform.ts'

export interface Form {
  /** Names of the wanted platforms, sorted. */
  readonly platforms: readonly string[]
  /** Whether the one platform is wanted as a plain manifest. */
  readonly asManifest: boolean
}

/** Increment this if the same settings produce other bytes, so that cached decisions of earlier releases expire. */
const EDITION = 1

/** Returns undefined if the image is mirrored as it is, with all platforms. */
export function formOf({
  platforms,
  as,
}: Partial<Pick<ImageSettings, 'platforms' | 'as'>>): Form | undefined {
  const wanted = wantedPlatforms(platforms)
  return wanted === undefined ? undefined : { platforms: wanted, asManifest: as === 'manifest' }
}

/** Identifies the form in documents that outlive a run. */
export function formKey({ platforms, asManifest }: Form): string {
  return `${EDITION} ${asManifest ? 'manifest' : 'index'} ${platforms.join(' ')}`
}
