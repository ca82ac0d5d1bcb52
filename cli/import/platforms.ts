/** Turns platforms of other tools into settings of an image. */
import type { Image } from '../../mirror/list/config.ts'
import { ALL_PLATFORMS, normalPlatform, platformProblem } from '../../mirror/platforms/platform.ts'
import { quotedText } from './read/text.ts'

type Settings = NonNullable<Pick<Image, 'platforms' | 'as'>>

/** @param as - `manifest` for tools that copy a single platform without its index */
export function platformSettings(
  platforms: readonly string[],
  as?: 'manifest',
): { readonly settings: Settings; readonly notes: readonly string[] } {
  const valid = platforms.filter((platform) => platformProblem(platform) === undefined)
  const notes = platforms
    .filter((platform) => !valid.includes(platform))
    .map((platform) => `the platform ${quotedText(platform)} is not known here`)
  const kept = [...new Set(valid.filter((platform) => platform !== ALL_PLATFORMS).map(normalPlatform))]
  const [first, ...more] = kept
  if (first === undefined) return { settings: {}, notes }
  return { settings: { platforms: kept, ...(as && more.length === 0 && { as }) }, notes }
}
