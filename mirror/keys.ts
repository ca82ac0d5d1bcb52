/** Builds all object keys in the work bucket. */

import type { ImageItem } from './contract.ts'
import type { Artifact } from './documents.ts'
import type { Region } from './list/config.ts'
import type { StoredPush } from './plan/settle-pushes.ts'
import { formKey, formOf } from './platforms/form.ts'
import type { Target } from './target.ts'

/** Prefix of all documents of a run. */
export function runPrefix(run: string): string {
  return `runs/${run}/`
}

export function planKey(run: string): string {
  return `runs/${run}/plan.json`
}

/** The custom list of a run. */
export function listKey(run: string): string {
  return `runs/${run}/list.json`
}

/** What Plan found in the places that the list names. */
export function listNotesKey(run: string): string {
  return `runs/${run}/list-notes.json`
}

/** The lists elsewhere as they were when all of them were good. Outlives the run. */
export const GOOD_LISTS_KEY = 'state/lists.json'

export function resolvedKey(run: string, id: string): string {
  return `runs/${run}/images/${id}/resolved.json`
}

/** The tags that Resolve had when its source rate-limited it; the next try resumes from them. */
export function resolvingKey(run: string, id: string): string {
  return `runs/${run}/images/${id}/resolving.json`
}

export function orderKey(run: string, id: string, target: Pick<Target, 'id'>): string {
  return `runs/${run}/images/${id}/${folderOf(target)}/order.json`
}

export function resultKey(run: string, id: string, target: Pick<Target, 'id'>): string {
  return `runs/${run}/images/${id}/${folderOf(target)}/result.json`
}

/** The run and pair of an order, for the build's log. Empty for any other key. */
export function pairOfOrder(order: string): Readonly<Record<string, string>> {
  const [, run, id, folder] = /^runs\/([^/]+)\/images\/([^/]+)\/([^/]+)\//.exec(order) ?? []
  return run === undefined || id === undefined || folder === undefined
    ? {}
    : { run, id, target: folder.replaceAll('_', '/') }
}

/** The key of the result next to an order, as a build knows only its order's key. */
export function resultKeyOf(order: string): string {
  return `${order.slice(0, order.lastIndexOf('/') + 1)}result.json`
}

/** Diff's warnings for a pair that needs no build. */
export function warningsKey(run: string, id: string, target: Pick<Target, 'id'>): string {
  return `runs/${run}/images/${id}/${folderOf(target)}/warnings.json`
}

/** The tags that a target keeps although the source has another digest. */
export function keptKey(run: string, id: string, target: Pick<Target, 'id'>): string {
  return `runs/${run}/images/${id}/${folderOf(target)}/kept.json`
}

/** An artifact that a target has refused, by its name there. Outlives the run. */
export function refusalKey(
  target: Pick<Target, 'id'>,
  repository: string,
  artifact: Pick<Artifact, 'tag' | 'digest'>,
): string {
  return `refused/${folderOf(target)}/${repository}/${artifact.tag ?? artifact.digest}.json`
}

type RememberedImage = Pick<ImageItem, 'source' | 'select'> & {
  readonly settings: Partial<ImageItem['settings']>
}

/** Cached knowledge about the platforms of an image and their artifacts. Outlives the run. */
export function rememberedKey({ source, select, settings }: RememberedImage): string {
  const { include, exclude, semver = [], variant = [] } = select
  const tags = [...include, ...exclude.map((tag) => `!${tag}`), ...semver, ...variant].join(',')
  const form = formOf(settings)
  const name = form === undefined ? tags : `${formKey(form)} ${tags}`
  return `artifacts/${source.registry}/${source.repository}/${escaped(name).slice(0, MAX_NAME)}.json`
}

/** Prefix of all recorded pushes of a tag. A colon cannot occur in a repository's name. */
export function pushPrefix(repository: string, tag: string): string {
  return `pushes/${repository}:${tag}/`
}

/** Encodes the whole push in its key, so that listing the keys reads all pushes. */
export function pushKey(repository: string, tag: string, { time, region, digest }: StoredPush): string {
  return `${pushPrefix(repository, tag)}${time}/${region}/${digest}`
}

/** @param key - returned by `pushKey` */
export function pushOfKey(key: string): StoredPush {
  const [time = '', region = '', digest = ''] = key.split('/').slice(-3)
  return { time, region: region as Region, digest }
}

/** Prefix under which the Map's result writer puts `<map run>/manifest.json`. */
export function resultsPrefix(run: string): string {
  return `runs/${run}/results`
}

export function reportKey(run: string): string {
  return `runs/${run}/report.json`
}

/** The report as a page for people. */
export function pageKey(run: string): string {
  return `runs/${run}/report.html`
}

/** The state of the mirror, kept between runs. */
export const STATUS_KEY = 'status/status.json'
/** Why runs of the deployed list could not do their work, kept between runs. */
export const LIST_STATUS_KEY = 'status/list.json'
/** The state of the mirror as a page for people. */
export const STATUS_PAGE_KEY = 'status/status.html'

/** The failed pairs of a run, for the rerun command. */
export function rerunKey(run: string): string {
  return `runs/${run}/rerun.json`
}

/** The repositories that a run prunes. */
export function pruneKey(run: string): string {
  return `runs/${run}/prune.json`
}

/** Prefix of what was pruned, by repository. */
export function prunedPrefix(run: string): string {
  return `runs/${run}/pruned/`
}

/** @param index - of the repository in the document of `pruneKey` */
export function prunedKey(run: string, index: number): string {
  return `${prunedPrefix(run)}${String(index).padStart(6, '0')}.json`
}

/** Written when Prune has ended. */
export function prunedSummaryKey(run: string): string {
  return `runs/${run}/pruned.json`
}

/** What the report says besides its pairs: entries that have expired, or will soon. */
export function noticesKey(run: string): string {
  return `runs/${run}/notices.json`
}

/** Prefix of what lasts. */
export const STATE_PREFIX = 'state/'
/** The expired entries that a report has mentioned. */
export const NOTICES_KEY = `${STATE_PREFIX}_notices.json`

/**
 * The record of a repository, which outlives the run. The file's name cannot be a part of a repository's name, and
 * invalid names, which only fail their own image, are escaped.
 */
export function stateKey(repository: string): string {
  const parts = repository
    .split('/')
    .map((part) => part.replace(/^[._]|[^a-z0-9._-]/g, (character) => `!${hexOf(character)}`))
  return `${STATE_PREFIX}${parts.join('/')}/_state.json`
}

/** Freshness of a schedule's pairs, kept between its runs. */
export function freshnessKey(schedule: string): string {
  return `freshness/${escaped(schedule)}.json`
}

/** The run that holds the turn of a schedule. */
export function turnKey(schedule: string): string {
  return `schedules/${escaped(schedule)}.json`
}

/** The id of a target may contain a slash, and never an underscore. */
function folderOf({ id }: Pick<Target, 'id'>): string {
  return id.replaceAll('/', '_')
}

/**
 * Longest file name that file systems accept. Images with the same first 200 characters share a cache entry, and
 * overwrite it.
 */
const MAX_NAME = 200

function escaped(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/g, (character) => `_${hexOf(character)}`)
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16)
}
