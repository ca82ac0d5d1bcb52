/**
 * Replaces the manifests of resolved tags if only some platforms are wanted. Each manifest is read once: the decision
 * about its digest is remembered.
 */
import pMap from 'p-map'
import type { Manifest } from '../../registry/model/manifest.ts'
import type { FailedTag, ResolvedTag } from '../documents.ts'
import { describeFailedTags, failedTag } from '../failed-tags.ts'
import { isRegistryError } from '../failure.ts'
import type { ImageSettings } from '../list/config.ts'
import type { Decision, Decisions } from '../resolve/memory/remembered.ts'
import type { Resolution } from '../resolve/resolve-tags.ts'
import { PARALLEL_REQUESTS, type Source } from '../resolve/source.ts'
import { choose } from './choose.ts'
import { type Form, formKey, formOf } from './form.ts'
import { servingMade } from './serve.ts'

/** Bounds the cache. Manifests of further tags are read in every run. */
const MAX_REMEMBERED = 20_000

export interface ChooseOptions {
  /** Decisions of earlier runs. @default - none */
  readonly remembered?: Decisions | undefined
  /** Stores the decisions and the indexes that were made. */
  readonly keep?: ((decisions: Decisions, made: Iterable<Manifest>) => Promise<void>) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ChosenTags<T> {
  readonly tags: readonly ResolvedTag[]
  /** The tags that had failed before, and those without the wanted platforms. */
  readonly failed: readonly FailedTag[]
  /** The source, which also serves the indexes that were made. */
  readonly source: T
  /** Manifests of the source that this run is the first to replace. */
  readonly replaced: readonly string[]
  /** For the next run. */
  readonly decisions?: Decisions
}

/**
 * @throws rate limits, because they affect every tag and waiting helps
 * @throws the failures of all tags as one error, if no tag remains
 */
export async function chooseTags<T extends Source>(
  source: T,
  { tags, failed: before }: Pick<Resolution, 'tags' | 'failed'>,
  settings: Partial<Pick<ImageSettings, 'platforms' | 'as'>>,
  { remembered, keep, signal }: ChooseOptions = {},
): Promise<ChosenTags<T>> {
  const form = formOf(settings)
  if (form === undefined) return { tags, failed: before, source, replaced: [] }
  const of = formKey(form)
  const cached: Decisions = remembered?.of === of ? remembered : { of, by: {} }
  const made = new Map<string, Manifest>()

  async function decide(digest: string): Promise<Decision> {
    const choice = await choose(await source.getManifest(digest, signal), form as Form, source, signal)
    if ('problem' in choice) return choice.problem
    if (choice.made !== undefined) made.set(choice.made.digest, choice.made)
    return choice.root
  }

  const { answers, limit } = await decideAll(tags, cached.by, decide, signal)
  const decisions = { of, by: decisionsIn(answers) }
  const replaced = replacedIn(answers, cached)
  await keep?.({ ...decisions, ...(replaced.length === 0 ? {} : { unreported: replaced }) }, made.values())
  if (limit !== undefined) throw limit
  const chosen = tags.flatMap((tag) => withRoot(tag, answers.get(tag.digest)))
  const failed = tags.flatMap((tag) => failureOf(source, tag, answers.get(tag.digest)))
  if (chosen.length === 0 && failed.length > 0) throw noneLeft([...before, ...failed])
  return {
    tags: chosen,
    failed: [...before, ...failed],
    source: servingMade(source, { form, tags: chosen, made }),
    replaced,
    decisions,
  }
}

type Answer = Decision | Error

/** Decides about each digest that has no remembered decision. After a rate limit, the others are not requested. */
async function decideAll(
  tags: readonly ResolvedTag[],
  known: Decisions['by'],
  decide: (digest: string) => Promise<Decision>,
  signal: AbortSignal | undefined,
): Promise<{ readonly answers: ReadonlyMap<string, Answer>; readonly limit: unknown }> {
  const digests = [...new Set(tags.map(({ digest }) => digest))]
  const answers = new Map<string, Answer>()
  for (const digest of digests) if (known[digest] !== undefined) answers.set(digest, known[digest])
  let limit: unknown
  const one = async (digest: string): Promise<void> => {
    if (limit !== undefined) return
    try {
      answers.set(digest, await decide(digest))
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof Error)) throw error
      if (isRegistryError(error, 'rateLimited')) limit = error
      answers.set(digest, error)
    }
  }
  const unknown = digests.filter((digest) => !answers.has(digest))
  await pMap(unknown, one, { concurrency: PARALLEL_REQUESTS })
  return { answers, limit }
}

/** Manifests that something else replaces, and that no earlier run has reported. */
function replacedIn(answers: ReadonlyMap<string, Answer>, { by, unreported = [] }: Decisions): string[] {
  return [...answers].flatMap(([digest, answer]) => {
    const isReplaced = !('message' in answer) && answer.digest !== digest
    return isReplaced && (by[digest] === undefined || unreported.includes(digest)) ? [digest] : []
  })
}

function decisionsIn(answers: ReadonlyMap<string, Answer>): Decisions['by'] {
  const decided = [...answers].filter((one): one is [string, Decision] => !(one[1] instanceof Error))
  return Object.fromEntries(decided.slice(0, MAX_REMEMBERED))
}

function withRoot(tag: ResolvedTag, answer: Answer | undefined): ResolvedTag[] {
  if (answer === undefined || 'message' in answer) return []
  return [answer.digest === tag.digest ? tag : { ...tag, ...answer, origin: tag.digest }]
}

function failureOf(source: Source, { tag, digest }: ResolvedTag, answer: Answer | undefined): FailedTag[] {
  if (answer === undefined || !('message' in answer)) return []
  if (answer instanceof Error) return [failedTag({ tag, digest }, answer)]
  const { name, message } = answer
  return [failedTag({ tag, digest }, errorOf({ name, message: `${source.name} ${message}` }))]
}

function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  return Object.assign(new Error(message), { name })
}

function noneLeft(failed: readonly FailedTag[]): Error {
  return errorOf(describeFailedTags(failed, failed.length))
}
