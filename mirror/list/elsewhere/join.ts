/** Joins images from elsewhere to the deployed list, which bounds them. */
import { checkSources, inheritCredentials } from '../allowed-registries.ts'
import { checkList } from '../check-list.ts'
import type { List } from '../config.ts'
import { type Path, type Problem, pathText, refuse } from '../document/problems.ts'
import type { Deployed } from '../parse-list.ts'
import { inheritVerify, weakened } from '../proof/inherit.ts'
import { readProofFiles } from '../proof/proof-files.ts'
import { checkTargets } from '../targets/check-names.ts'
import { takeovers } from '../targets/collisions.ts'
import { outOfBounds } from './bounds.ts'
import type { Piece } from './piece.ts'

/** @throws InvalidInput with every problem: place, entry, bound and fix */
export function joinPieces(pieces: readonly Piece[], deployed: Deployed): List {
  const { list: configured, account } = deployed
  const { list, own } = joined(
    pieces.flatMap(({ images }) => images),
    configured,
  )
  const before = configured.images.length
  // takeovers() compares with the repositories that people push to.
  const { push: _, ...unpushed } = list
  const problems = [...checkList(unpushed), ...moved(readProofFiles(own).problems, before)]
  // Invalid entries have no repository.
  const all =
    problems.length > 0
      ? problems
      : [
          ...moved(checkSources(own, configured, account), before),
          // collisions() compares with the images of the deployed list.
          ...moved(takeovers(own, { ...configured, images: [] }, account), before),
          ...moved(weakened(own, configured), before),
          ...moved(outOfBounds(own, configured), before),
          ...checkTargets(list).filter(({ path }) => Number(path[1]) >= before),
        ]
  return all.length === 0 ? list : refuse('the deployed list', all.map(locator(pieces, before)))
}

/** The whole list, and the images from elsewhere on their own with the same settings. */
function joined(images: List['images'], configured: List): { readonly list: List; readonly own: List } {
  const { credentials: _, ...defaults } = configured.defaults ?? {}
  // The secret of the defaults applies only to registries that the deployed list uses it for.
  const shared: List = { ...configured, ...(configured.defaults && { defaults }) }
  const own: List = { ...shared, images: inheritCredentials(images, configured) }
  const { found } = readProofFiles(own)
  const verified: List = { ...own, images: inheritVerify({ ...own, ...found }, configured) }
  const given = inheritCredentials(configured.images, configured)
  return { own: verified, list: { ...shared, images: [...given, ...verified.images] } }
}

/** Problems of images from elsewhere, as those of the whole list. */
function moved(problems: readonly Problem[], by: number): Problem[] {
  return problems.map(({ path, text, ...problem }) => {
    const place = placeIn(path)
    if (place === undefined) return { ...problem, path, text }
    const to = ['images', place.index + by, ...place.rest]
    return { ...problem, path: to, text: text.replace(pathText(path), pathText(to)) }
  })
}

/** Returns a function that names the piece and its entry in place of the index in the whole list. */
function locator(pieces: readonly Piece[], before: number): (problem: Problem) => Problem {
  const entries = pieces.flatMap((piece) => piece.images.map((_, index) => ({ piece, index })))
  const nameOf = (index: number, at?: Piece): string => {
    const found = entries[index - before]
    if (found === undefined) return `images[${index}] of the deployed list`
    const name = found.piece.nameOf(found.index)
    return found.piece === at ? name : `${name} of ${found.piece.name}`
  }
  return (problem) => {
    const { path, text } = problem
    const place = placeIn(path)
    const found = place === undefined ? undefined : entries[place.index - before]
    const here = found?.piece
    const named = text.replace(/images\[(\d{1,7})\]/g, (_, index: string) => nameOf(Number(index), here))
    if (found === undefined || place === undefined) return { ...problem, text: named }
    const own = ['images', found.index, ...place.rest]
    return { path: own, text: named, file: found.piece.name, line: found.piece.lineOf(own) }
  }
}

function placeIn(path: Path): { readonly index: number; readonly rest: Path } | undefined {
  const [key, index, ...rest] = path
  return key === 'images' && typeof index === 'number' ? { index, rest } : undefined
}
