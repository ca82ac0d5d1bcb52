/** Parses a region that a flag names. */
import type { Region } from '../../mirror/list/config.ts'
import { REGIONS } from '../../mirror/list/regions.ts'
import { didYouMean } from '../../mirror/nearest.ts'
import { quote } from '../../registry/model/label.ts'
import { UsageError } from './usage-error.ts'

/** @throws {UsageError} */
export function regionOf(flag: string, text: string): Region {
  const region = REGIONS.find((known) => known === text)
  if (region !== undefined) return region
  const meant = didYouMean(text, REGIONS) || '; give its code, such as "eu-west-1"'
  throw new UsageError(`${flag}: "${quote(text)}" is not a region${meant}`)
}
