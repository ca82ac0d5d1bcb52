/** Names of repositories by template: `{registry}/{path}` gives `quay.io/team/app`. */
import type { RepositoryRef } from '../../../registry/model/reference.ts'
import { didYouMean } from '../../nearest.ts'

/** What stands in a name for each placeholder. `path` is the source's, or the name that the image has. */
const PLACEHOLDERS: Readonly<Record<string, (named: RepositoryRef) => string>> = {
  // Policies have patterns in place of names.
  registry: ({ registry }) => registry.replace(/[^a-z0-9.*-]+/g, '-'),
  path: ({ repository }) => repository,
  name: ({ repository }) => repository.slice(repository.lastIndexOf('/') + 1),
  flat: ({ repository }) => repository.replaceAll('/', '-'),
}
const KNOWN = Object.keys(PLACEHOLDERS)
/** Those that differ from image to image. */
const OF_THE_IMAGE = ['path', 'name', 'flat']

/** @param template - without problems */
export function render(template: string, named: RepositoryRef): string {
  return piecesOf(template)
    .map(({ text, placeholder }) => (placeholder === undefined ? text : PLACEHOLDERS[placeholder]?.(named)))
    .join('')
}

/** How a target names repositories. */
interface Naming {
  readonly namespace?: string | undefined
  readonly repository?: string | undefined
}

/** The name that a target gives to an image's repository. */
export function nameAt({ namespace, repository = '{path}' }: Naming, named: RepositoryRef): string {
  const name = render(repository, named)
  return namespace === undefined ? name : `${namespace}/${name}`
}

/** Returns what is wrong with the placeholders of a name; undefined if nothing is. */
export function templateProblem(template: string): string | undefined {
  for (const { text, placeholder } of piecesOf(template)) {
    if (placeholder === undefined && /[{}]/.test(text)) {
      return `"${template}" has a brace without its partner; placeholders are ${written(KNOWN)}`
    }
    if (placeholder !== undefined && !KNOWN.includes(placeholder)) {
      return `"{${placeholder}}" in "${template}" is not a placeholder${didYouMean(placeholder, KNOWN)}; placeholders are ${written(KNOWN)}`
    }
  }
  return undefined
}

/** The same for the names of all images, which must differ. */
export function sharedTemplateProblem(template: string): string | undefined {
  const wrong = templateProblem(template)
  if (wrong !== undefined) return wrong
  const varies = piecesOf(template).some(
    ({ placeholder }) => placeholder !== undefined && OF_THE_IMAGE.includes(placeholder),
  )
  return varies
    ? undefined
    : `"${template}" would be the name of every image; add ${written(OF_THE_IMAGE)}, such as "${template}/{path}"`
}

interface Piece {
  readonly text: string
  readonly placeholder?: string
}

function piecesOf(template: string): Piece[] {
  return template
    .split(/(\{[^{}]*\})/)
    .map((text) => (/^\{[^{}]*\}$/.test(text) ? { text, placeholder: text.slice(1, -1) } : { text }))
}

function written(names: readonly string[]): string {
  return names.map((name) => `{${name}}`).join(', ')
}
