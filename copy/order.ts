/** What a job makes a target hold, and how each tag of it ends, whatever happens to the others. */
import type { Artifact, FailedTag, ResolvedTag } from '../mirror/documents.ts'
import type { Clock } from '../registry/model/clock.ts'
import type { Descriptor } from '../registry/model/manifest.ts'
import type { Digest } from '../registry/model/reference.ts'
import { attempt, type CopyContext } from './attempt.ts'
import { type CopyRequest, type CopyResult, copyTag, summarise } from './copy.ts'
import { aboutSomethingElse, copyArtifacts } from './images/artifacts.ts'
import { movedMeanwhile } from './images/moved.ts'
import { copyServed } from './images/served.ts'
import { createLimit } from './limit.ts'
import type { Before, TagEnd } from './outcome.ts'

export interface CopyOrder extends Before {
  readonly tags: readonly ResolvedTag[]
  /** Those of the tags, and of images that the target holds already; awaited when the tags' own content is there. */
  readonly artifacts: readonly Artifact[] | Promise<readonly Artifact[]>
  /** Tags that are known once the artifacts are. @default - none */
  readonly loose?: Promise<LooseTags>
}

export interface LooseTag extends ResolvedTag {
  /**
   * It lists the referrers of what is copied. A target without the referrers API has such a list by then, with what
   * others have put there, and keeps it.
   */
  readonly isList: boolean
}

export interface LooseTags {
  readonly tags: readonly LooseTag[]
  /** Those that the source lists and does not deliver. */
  readonly failed: readonly FailedTag[]
  /** Whether all tags of the source are wanted, those of artifacts included. @default false */
  readonly wantsAll?: boolean
}

export interface OrderOptions {
  readonly clock: Clock
  readonly looksBack: boolean
  /** What the tag is called at the target, where there is one. @default - as at the source */
  readonly tag?: string | undefined
  /** What that tag leads to there, if it was asked already. @default - it is asked */
  readonly held?: CopyRequest['held'] | undefined
}

export interface OrderEnd {
  readonly ends: readonly TagEnd[]
  /** Tags that the source does not deliver. */
  readonly failed: readonly FailedTag[]
}

/** Enough to keep the limiter busy; more would only hold more manifests in memory. */
const TAGS_AT_ONCE = 16

const PRESENT: CopyResult = {
  status: 'present',
  bytes: 0,
  blobs: { copied: 0, mounted: 0, present: 0 },
  warnings: [],
}

export async function copyOrder(
  order: CopyOrder,
  context: CopyContext,
  options: OrderOptions,
): Promise<OrderEnd> {
  const { tags, artifacts } = order
  // Each tag is told why they are not known.
  Promise.resolve(artifacts).catch(() => {})
  const atOnce = createLimit(TAGS_AT_ONCE)
  const all = <T>(things: readonly T[], copy: (one: T) => Promise<TagEnd>): Promise<TagEnd[]> =>
    Promise.all(things.map((one) => atOnce(0, () => copy(one))))

  const ends = await all(tags, (tag) => {
    const aim = { artifacts, tag: options.tag ?? tag.tag, held: options.held }
    return ending({ ...tag, tag: aim.tag }, context, options, () => copyOne(tag, context, aim, options))
  })
  const roots = tags.map(({ digest }) => digest)
  const others = aboutSomethingElse(await artifacts, roots)
  const artifactEnds = await all(subjectsOf(others), (digest) =>
    ending({ digest, loose: true }, context, options, () => copyAbout(digest, others, context)),
  )
  // After the artifacts: what is listed with an image may be among these as well.
  const loose = (await order.loose) ?? { tags: [], failed: [] }
  const copied = roots.filter((_, index) => ends[index]?.error === undefined)
  const left = loose.wantsAll ? leftBehind(await artifacts, copied) : []
  const looseEnds = await all([...loose.tags, ...left], (tag) =>
    ending(tag, context, options, () => copyLoose(tag, context, options)),
  )
  return { ends: [...ends, ...artifactEnds, ...looseEnds], failed: loose.failed }
}

/** How an order ends whose target cannot be opened. It may be for artifacts alone. */
export async function failOrder({ tags, artifacts }: CopyOrder, error: unknown): Promise<OrderEnd> {
  const known = tags.length > 0 ? [] : await artifacts
  const subjects = known.slice(0, 1).map(({ subject }) => ({ digest: subject, loose: true }))
  const ends = [...tags, ...subjects].map((one: Ending) => ({ ...endingOf(one), seconds: 0, error }))
  return { ends, failed: [] }
}

type Aim = Omit<CopyRequest, 'root'>

/** Looks back at the source at the end: what was resolved is what was copied, but it may have moved meanwhile. */
async function copyOne(
  resolved: ResolvedTag,
  context: CopyContext,
  aim: Aim,
  { looksBack }: OrderOptions,
): Promise<CopyResult> {
  const { places, limit, signal } = context
  const copy = (one: ResolvedTag) => copyTag(context, { ...aim, root: rootOf(one) })
  const result = await copyServed(resolved, copy, places.source, signal)
  const source = places.source()
  const isUntouched = result.status === 'present' || result.digest !== undefined
  if (!looksBack || isUntouched || source === undefined) return result
  const moved = await limit(0, () => movedMeanwhile(source, resolved, signal))
  return { ...result, warnings: [...result.warnings, ...moved] }
}

async function copyLoose(tag: LooseTag, context: CopyContext, options: OrderOptions): Promise<CopyResult> {
  const { target, signal } = context
  const held = tag.isList ? target.repository.headManifest(tag.tag as string, signal) : undefined
  const there = await held?.catch(() => undefined)
  if (there !== undefined) return { ...PRESENT, digest: there.digest }
  return copyOne(tag, context, { tag: tag.tag, artifacts: [] }, options)
}

/** Artifacts of an image that is at the target already, or of a part of one. */
function copyAbout(
  subject: string,
  artifacts: readonly Artifact[],
  context: CopyContext,
): Promise<CopyResult> {
  return attempt(context, async (started) =>
    summarise(started, true, await copyArtifacts(started, artifacts, subject as Digest)),
  )
}

/** Tags of artifacts whose image was not copied, which would have brought them. */
function leftBehind(artifacts: readonly Artifact[], copied: readonly string[]): LooseTag[] {
  const tagged = aboutSomethingElse(artifacts, copied).flatMap(({ tag, digest, mediaType, size }) =>
    tag === undefined ? [] : [[tag, { tag, digest, mediaType, size, isList: false }] as const],
  )
  return [...new Map(tagged).values()]
}

/** What they are about, as far as it is none of themselves. */
function subjectsOf(artifacts: readonly Artifact[]): string[] {
  const own = new Set(artifacts.map(({ digest }) => digest))
  return [...new Set(artifacts.map(({ subject }) => subject))].filter((subject) => !own.has(subject))
}

function rootOf({ digest, mediaType, size, data }: ResolvedTag): Descriptor {
  return { digest: digest as Digest, mediaType, size, ...(data === undefined ? {} : { data }) }
}

type Ending = Pick<TagEnd, 'tag' | 'digest' | 'loose'>

function endingOf({ tag, digest, loose = false }: Ending): Ending {
  return { tag, digest, loose }
}

/** Never throws: how it ended is data, so that one tag's failure does not stop the others. */
async function ending(
  of: Ending,
  { signal }: CopyContext,
  { clock }: OrderOptions,
  work: () => Promise<CopyResult>,
): Promise<TagEnd> {
  const started = clock.now()
  const seconds = (): number => (clock.now() - started) / 1000
  try {
    signal?.throwIfAborted()
    const result = await work()
    const digest = result.digest ?? of.digest
    return { ...endingOf(of), digest, seconds: seconds(), result }
  } catch (error) {
    return { ...endingOf(of), seconds: seconds(), error: signal?.aborted ? signal.reason : error }
  }
}
