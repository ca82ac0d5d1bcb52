/**
 * Prevents custom lists from weakening the verification of the deployed list: the rules of the deployed list for a
 * repository, or else its default rules, apply to every image that is copied there.
 */

import { repositoryAt } from '../../target.ts'
import type { ImageEntry, List } from '../config.ts'
import { type Problem, problemAt } from '../document/problems.ts'
import { longForm, readEntries, readEntry } from '../entry.ts'
import { NO_VERIFY, rulesOf, type Verify } from './verify-rules.ts'

/** Applies the rules of the deployed list to images that state none. */
export function inheritVerify(custom: List, configured: List): ImageEntry[] {
  const deployed = rulesIn(configured)
  return custom.images.map((given) => {
    const image = longForm(given)
    const verify = deployed(given, custom)
    return verify === undefined || image.verify !== undefined ? given : { ...image, verify }
  })
}

/** Returns images that state other rules than the deployed list has for them. */
export function weakened(custom: List, configured: List): Problem[] {
  const deployed = rulesIn(configured)
  return custom.images.flatMap((given, index): Problem[] => {
    const { verify } = longForm(given)
    const wanted = deployed(given, custom)
    if (wanted === undefined || JSON.stringify(verify) === JSON.stringify(wanted)) return []
    const fix = 'remove "verify" here, or change it there, and deploy'
    return [
      problemAt(['images', index, 'verify'], `the deployed list verifies this image by other rules; ${fix}`),
    ]
  })
}

/** Returns a function that finds the deployed list's rules for an image of a custom list; undefined if there are none. */
function rulesIn(configured: List): (given: ImageEntry, custom: List) => Verify | undefined {
  const byName = new Map<string, Verify>()
  for (const given of configured.images) {
    const verify = readEntry(given, configured).settings.verify ?? NO_VERIFY
    for (const name of namesOf(given, configured)) {
      // If several entries fill a repository, an entry with rules takes precedence.
      if (!hasRules(byName.get(name))) byName.set(name, verify)
    }
  }
  return (given, custom) => {
    const found = namesOf(given, custom).flatMap((name) => byName.get(name) ?? [])
    const verify = found.find(hasRules) ?? found[0] ?? configured.defaults?.verify
    return hasRules(verify) ? verify : undefined
  }
}

function hasRules(verify: Verify | undefined): boolean {
  return rulesOf(verify).length > 0
}

/** Names of the repositories that an image fills. Empty for an invalid reference, which is reported elsewhere. */
function namesOf(given: ImageEntry, list: List): string[] {
  try {
    return readEntries(given, list).flatMap(({ repository, targets }) => [
      repository,
      ...targets.map((target) => repositoryAt(target, repository)),
    ])
  } catch {
    return []
  }
}
