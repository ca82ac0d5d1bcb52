/** Explains a misspelt AWS region, which the SDK takes for a part of a host name. */
import { REGIONS } from '../../../mirror/list/regions.ts'
import { didYouMean } from '../../../mirror/nearest.ts'
import { quote } from '../../../registry/model/label.ts'

/** @returns undefined unless the request failed because of its region */
export function regionProblem(error: Error): string | undefined {
  const region = regionOf(error)
  if (region === undefined || REGIONS.some((known) => known === region)) return undefined
  const meant = didYouMean(region, REGIONS) || '; give its code, such as "eu-west-1"'
  return `"${quote(region)}" is not an AWS region${meant}`
}

/** The region of an error, wherever the SDK found it: a flag, the environment or a profile. */
function regionOf(error: Error): string | undefined {
  if ('hostname' in error && typeof error.hostname === 'string')
    return /^[a-z0-9.-]{1,100}?\.([a-z0-9-]{1,64})\.(?:amazonaws|amazonwebservices|api\.aws)\b/i.exec(
      error.hostname,
    )?.[1]
  return /^Region not accepted: region="([^"]{0,200})"/.exec(error.message)?.[1]
}
