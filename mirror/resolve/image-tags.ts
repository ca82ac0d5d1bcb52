/** Distinguishes image tags from artifact tags, and describes missing tags. */
import { nearestFew } from '../nearest.ts'

/**
 * Tags of artifacts: cosign's, and the fallback tags of registries without the referrers API. They are mirrored as
 * artifacts of the image that they name.
 */
const ARTIFACT_TAG = /^sha(?:256-[a-f0-9]{64}|512-[a-f0-9]{128})(?:\..+)?$/

export function isImageTag(tag: string): boolean {
  return !ARTIFACT_TAG.test(tag)
}

/** Describes missing tags, with the closest existing ones. */
export function missingTags(
  missing: readonly string[],
  available: readonly string[],
  source: string,
): string {
  const described = missing.map((tag) => {
    const near = nearestFew(tag, available.filter(isImageTag), 3)
    if (near.length === 0) return `"${tag}"`
    return `"${tag}" (the closest ${near.length === 1 ? 'is' : 'are'} ${near.join(', ')})`
  })
  return `${source} has no tag ${described.join(', no tag ')}`
}
