/** Checks the places that a list reads images from, and what bounds these images. */
import type { List } from '../config.ts'
import { type Problem, problemAt, repeated } from '../document/problems.ts'
import { placesOf } from './place.ts'

export function checkElsewhere(list: Pick<List, 'imagesFrom' | 'prefix' | 'allowedRepositories'>): Problem[] {
  const places = placesOf(list)
  if (places.length === 0) return []
  const isBounded = list.prefix !== undefined || list.allowedRepositories !== undefined
  const fix = 'set "prefix", or name the repositories in "allowedRepositories"'
  return [
    ...repeated(places, ['imagesFrom']),
    ...(isBounded
      ? []
      : [
          problemAt(
            ['imagesFrom'],
            `the repositories of these images are unknown at deployment, so nothing allows to write them; ${fix}`,
          ),
        ]),
  ]
}
