/** Copies the tags and artifacts of an order to one target. Each tag succeeds or fails independently. */
import type { Artifact, FailedTag, ResolvedTag } from '../mirror/documents.ts'
import type { Clock } from '../registry/model/clock.ts'
import type { Descriptor } from '../registry/model/manifest.ts'
import type { Digest } from '../registry/model/reference.ts'
import { attempt, type CopyContext } from './attempt.ts'
import { type CopyRequest, type CopyResult, copyTag, summarise } from './copy.ts'
import { copyArtifacts, withoutArtifactsOf } from './images/artifacts.ts'
import type { LookBack } from './images/moved.ts'
import { copyServed } from './images/served.ts'
import { createLimit } from './limit.ts'
import type { EarlierResults, TagEnd } from './outcome.ts'

export interface CopyOrder extends EarlierResults {
  readonly tags: readonly ResolvedTag[]
  /** Artifacts of the tags and of images that the target already holds. Awaited after the tags' own content is copied. */
  readonly artifacts: readonly Artifact[] | Promise<readonly Artifact[]>
  /** Tags that can be resolved only after the artifacts are known. @default - none */
  readonly loose?: Promise<LooseTags>
}

export interface LooseTag extends ResolvedTag {
  /**
   * True for a referrers fallback tag of copied content. A target without the referrers API has its own by then, with
   * the entries of other clients, and keeps it.
   */
  readonly isList: boolean
}

export interface LooseTags {
  readonly tags: readonly LooseTag[]
  /** Tags that the source lists but does not deliver. */
  readonly failed: readonly FailedTag[]
  /** Whether the order covers all tags of the source, including those of artifacts. @default false */
  readonly wantsAll?: boolean
}

export interface OrderOptions {
  readonly clock: Clock
  /** Checks at the end if a tag has moved at the source. @default - it is not checked */
  readonly lookBack?: LookBack | undefined
  /** Tag at the target, if the order has a single tag. @default - the source's tag */
  readonly tag?: string | undefined
  /** Pending lookup of that tag at the target. @default - looked up during the copy */
  readonly held?: CopyRequest['held'] | undefined
  /** Whether the caller has just found that the target lacks the tag. @default - unknown for every tag */
  readonly isNew?: ((tag: string) => boolean) | undefined
  /** @default - old images of tags are not kept */
  readonly backup?: CopyRequest['backup']
}

export interface OrderEnd {
  readonly ends: readonly TagEnd[]
  /** Tags that the source does not deliver. */
  readonly failed: readonly FailedTag[]
}

/** Enough to keep the limiter busy; a higher value would only keep more manifests in memory. */
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
  // Handles a rejection that each tag receives later.
  Promise.resolve(artifacts).catch(() => {})
  const atOnce = createLimit(TAGS_AT_ONCE)
  const all = <T>(things: readonly T[], copy: (one: T) => Promise<TagEnd>): Promise<TagEnd[]> =>
    Promise.all(things.map((one) => atOnce(0, () => copy(one))))

  const ends = await all(tags, (tag) => {
    const { held, backup } = options
    const name = options.tag ?? tag.tag
    const isNew = name !== undefined && options.isNew?.(name)
    const aim = { artifacts, tag: name, held, isNew, backup }
    return ending({ ...tag, tag: name }, context, options, () => copyOne(tag, context, aim, options))
  })
  const roots = tags.map(({ digest }) => digest)
  const others = withoutArtifactsOf(await artifacts, roots)
  const artifactEnds = await all(subjectsOf(others), (digest) =>
    ending({ digest, loose: true }, context, options, () => copyAbout(digest, others, context)),
  )
  // After the artifacts, because a loose tag may refer to the same content.
  const loose = (await order.loose) ?? { tags: [], failed: [] }
  const copied = roots.filter((_, index) => ends[index]?.error === undefined)
  const left = loose.wantsAll ? leftBehind(await artifacts, copied) : []
  const looseEnds = await all([...loose.tags, ...left], (tag) =>
    ending(tag, context, options, () => copyLoose(tag, context, options)),
  )
  return { ends: [...ends, ...artifactEnds, ...looseEnds], failed: loose.failed }
}

/** Returns the result of an order whose target cannot be opened. An order without tags has artifacts only. */
export async function failOrder({ tags, artifacts }: CopyOrder, error: unknown): Promise<OrderEnd> {
  const known = tags.length > 0 ? [] : await artifacts
  const subjects = known.slice(0, 1).map(({ subject }) => ({ digest: subject, loose: true }))
  const ends = [...tags, ...subjects].map((one: Ending) => ({ ...endingOf(one), seconds: 0, error }))
  return { ends, failed: [] }
}

type Aim = Omit<CopyRequest, 'root'>

/** Copies one tag, then checks whether it has moved at the source. */
async function copyOne(
  resolved: ResolvedTag,
  context: CopyContext,
  aim: Aim,
  { lookBack }: OrderOptions,
): Promise<CopyResult> {
  const { places, limit, signal } = context
  const copy = (one: ResolvedTag) => copyTag(context, { ...aim, root: rootOf(one) })
  const result = await copyServed(resolved, copy, places.source, signal)
  const source = places.source()
  const isUntouched = result.status === 'present' || result.digest !== undefined
  if (lookBack === undefined || isUntouched || source === undefined) return result
  const moved = await limit(0, () => lookBack(source, resolved, signal))
  return { ...result, warnings: [...result.warnings, ...moved] }
}

async function copyLoose(tag: LooseTag, context: CopyContext, options: OrderOptions): Promise<CopyResult> {
  const { target, signal } = context
  const held = tag.isList ? target.repository.headManifest(tag.tag as string, signal) : undefined
  const there = await held?.catch(() => undefined)
  if (there !== undefined) return { ...PRESENT, digest: there.digest }
  return copyOne(tag, context, { tag: tag.tag, artifacts: [] }, options)
}

/** Copies the artifacts of an image, or of a part of one, that is already at the target. */
function copyAbout(
  subject: string,
  artifacts: readonly Artifact[],
  context: CopyContext,
): Promise<CopyResult> {
  return attempt(context, async (started) =>
    summarise(started, true, await copyArtifacts(started, artifacts, subject as Digest)),
  )
}

/** Returns the tags of artifacts that were not copied because their image failed. */
function leftBehind(artifacts: readonly Artifact[], copied: readonly string[]): LooseTag[] {
  const tagged = withoutArtifactsOf(artifacts, copied).flatMap(({ tag, digest, mediaType, size }) =>
    tag === undefined ? [] : [[tag, { tag, digest, mediaType, size, isList: false }] as const],
  )
  return [...new Map(tagged).values()]
}

/** Returns the subjects that are not artifacts in this list themselves. */
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

/** Returns failures as data instead of throwing, so that one tag does not stop the others. */
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
