/** Which of a repository's tags are images, and what to say of those that are not there. */
import { nearestFew } from '../nearest.ts'

/**
 * Tags that belong to an image rather than being one: cosign's, and the referrers of registries without the
 * referrers API. They travel as artifacts of the image that they name.
 */
const ARTIFACT_TAG = /^sha(?:256-[a-f0-9]{64}|512-[a-f0-9]{128})(?:\..+)?$/

export function isImageTag(tag: string): boolean {
  return !ARTIFACT_TAG.test(tag)
}

/** What to say of tags that the source should have and does not, with what may have been meant. */
export function missingTags(
  missing: readonly string[],
  available: readonly string[],
  source: string,
): string {
  const told = missing.map((tag) => {
    const near = nearestFew(tag, available.filter(isImageTag), 3)
    return near.length === 0 ? `"${tag}"` : `"${tag}" (near it are ${near.join(', ')})`
  })
  return `${source} has no tag ${told.join(', no tag ')}`
}
