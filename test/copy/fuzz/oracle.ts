// Judges a case by the content of the source and of the target.
import { ErrorName } from '../../../mirror/error-name.ts'
import type { Harm } from './faults/fault.ts'
import { closureOf, digestOf, type Entry, layersOf, type Shelf } from './shelf.ts'
import { type Kept, subjectOf } from './target.ts'
import type { Told } from './told.ts'
import type { World } from './world.ts'

export interface Evidence {
  readonly world: World
  /** The requested tags. */
  readonly wanted: readonly string[]
  readonly harm: readonly Harm[]
  readonly kept: Kept
  readonly told: Told
  /** Whether the run needed the tag list. */
  readonly lists: boolean
  /** Whether every listed tag is requested, including those of artifacts. */
  readonly wholesale: boolean
}

const NAMES = new Set<string>(Object.values(ErrorName))
/** Terms of engines and libraries that must not appear in messages. */
const FOREIGN =
  /TypeError|SyntaxError|RangeError|is not a function|cannot read prop|unexpected token|in JSON at|\.ts:\d|node:internal|OPENSSL|routines:|\[object |undefined/i
const MAX_MESSAGE = 2_600
const ARTIFACT = /^sha(?:256|512)-/

export function judge(evidence: Evidence): string[] {
  return [...wrongBytes(evidence), ...leftOut(evidence), ...withoutArtifacts(evidence), ...badWords(evidence)]
}

/** All content of the target is correct and complete. */
function wrongBytes({ kept: { shelf, tags }, world }: Evidence): string[] {
  const isWrong = ([digest, bytes]: [string, Buffer]): boolean =>
    digestOf(bytes, digest.split(':')[0]) !== digest
  const stored = [...shelf.manifests].map(([digest, { bytes }]): [string, Buffer] => [digest, bytes])
  const wrong = [...shelf.blobs, ...stored].filter(isWrong).map(([digest]) => `wrong bytes under ${digest}`)
  if (wrong.length > 0) return wrong
  const half = [...shelf.manifests.keys()].filter((digest) => !isWhole(shelf, digest))
  const strange = [...tags].filter(([tag, digest]) => !ARTIFACT.test(tag) && world.tags.get(tag) !== digest)
  return [
    ...half.map((digest) => `half of ${digest} is at the target`),
    ...strange.map(([tag, digest]) => `the tag ${tag} leads to ${digest}, which it does not at the source`),
  ]
}

function isWhole(shelf: Shelf, digest: string): boolean {
  return [...closureOf(shelf, digest)].every((one) => shelf.manifests.has(one) || shelf.blobs.has(one))
}

function leftOut(evidence: Evidence): string[] {
  const { wanted, told, harm, world, lists, wholesale } = evidence
  const isRuined = harm.some(({ tags, list }) => tags === 'all' || (list === true && lists))
  return wanted.flatMap((tag) => {
    if (hasArrived(evidence, tag)) return []
    if (told.success && !(ARTIFACT.test(tag) && told.warnings.length > 0)) return [`success without ${tag}`]
    if (isRuined) return []
    const isGone = !world.tags.has(tag)
    const mayFail = isGone || harm.some(({ tags }) => tags instanceof Set && tags.has(tag))
    const isSoft = ARTIFACT.test(tag) && (told.warnings.length > 0 || !wholesale)
    if (!mayFail && !isSoft) return [`${tag} did not arrive although the source delivers it`]
    return told.failed.has(tag) || isNamed(told, tag) || isSoft ? [] : [`${tag} is left out and not named`]
  })
}

/** A message about the only requested tag need not name it. */
function isNamed({ errors }: Told, tag: string): boolean {
  return errors.some(({ message }) => message.includes(tag))
}

function hasArrived({ world, kept }: Evidence, tag: string): boolean {
  const there = kept.tags.get(tag)
  if (there === undefined || !isWhole(kept.shelf, there)) return false
  const digest = world.tags.get(tag)
  if (there === digest) return true
  // A fallback list of artifacts, which the copier writes itself.
  const listed = (shelf: Shelf, of: string): string[] =>
    layersOf(shelf, of).manifests.map((one) => one.digest)
  if (digest === undefined || !/^sha\d+-[a-f0-9]+$/.test(tag)) return false
  return listed(world.shelf, digest).every((one) => listed(kept.shelf, there).includes(one))
}

function withoutArtifacts({ world, wanted, harm, kept, told }: Evidence): string[] {
  if (told.warnings.length > 0 || !told.success || harm.some(({ hidesArtifacts }) => hidesArtifacts))
    return []
  const roots = wanted.flatMap((tag) => (ARTIFACT.test(tag) ? [] : (world.tags.get(tag) ?? [])))
  const subjects = new Set(
    roots.flatMap((root) => [root, ...layersOf(world.shelf, root).manifests.map(({ digest }) => digest)]),
  )
  const expected = [...subjects].flatMap((subject) => world.artifacts.get(subject) ?? [])
  return expected
    .filter((artifact) => !isListed(kept, world, artifact))
    .map(({ digest }) => `success without the artifact ${digest}, and no warning`)
}

function isListed({ shelf, tags }: Kept, world: World, { digest }: Entry): boolean {
  const subject = subjectOf(world.shelf.manifests.get(digest)?.bytes ?? Buffer.alloc(0)) ?? ''
  const list = tags.get(subject.replace(':', '-'))
  const listed = list === undefined ? undefined : layersOf(shelf, list).manifests
  return isWhole(shelf, digest) && (listed === undefined || listed.some((one) => one.digest === digest))
}

function badWords({ told: { errors, warnings, success } }: Evidence): string[] {
  const unknown = errors
    .filter(({ name }) => !NAMES.has(name))
    .map(({ name, message }) => `${name}: ${message}`)
  const texts = [...errors.map(({ message }) => message), ...warnings]
  const foreign = texts.filter((text) => FOREIGN.test(text) || /\p{Cc}/u.test(text))
  const long = texts.filter((text) => text.length > MAX_MESSAGE)
  return [
    ...unknown.map((text) => `an error with a name of its own: ${text.slice(0, 300)}`),
    ...foreign.map((text) => `words for nobody: ${JSON.stringify(text.slice(0, 300))}`),
    ...long.map((text) => `${text.length} characters: ${text.slice(0, 100)}`),
    ...(success || errors.length > 0 ? [] : ['a failure without a reason']),
  ]
}
