/** Where the documents of a run are in the work bucket. Nothing else spells out a key. */

import type { ImageItem } from './contract.ts'
import type { Artifact } from './documents.ts'
import type { Region } from './list/config.ts'
import type { Told } from './plan/settle-pushes.ts'

export function planKey(run: string): string {
  return `runs/${run}/plan.json`
}

/** The list of a run that was started with one of its own. */
export function listKey(run: string): string {
  return `runs/${run}/list.json`
}

export function resolvedKey(run: string, id: string): string {
  return `runs/${run}/images/${id}/resolved.json`
}

/** What Resolve knew of an image when its source asked to slow down: the next try goes on from there. */
export function resolvingKey(run: string, id: string): string {
  return `runs/${run}/images/${id}/resolving.json`
}

export function orderKey(run: string, id: string, region: Region): string {
  return `runs/${run}/images/${id}/${region}/order.json`
}

export function resultKey(run: string, id: string, region: Region): string {
  return `runs/${run}/images/${id}/${region}/result.json`
}

/** The run and the pair of an order, for the log of its build; nothing of a key that is no order's. */
export function pairOfOrder(order: string): Readonly<Record<string, string>> {
  const [, run, id, region] = /^runs\/([^/]+)\/images\/([^/]+)\/([^/]+)\//.exec(order) ?? []
  return run === undefined || id === undefined || region === undefined ? {} : { run, id, region }
}

/** The result beside an order: a build knows only the key of its order. */
export function resultKeyOf(order: string): string {
  return `${order.slice(0, order.lastIndexOf('/') + 1)}result.json`
}

/** What Diff has to say of a pair that is in sync but for what its target refuses. */
export function warningsKey(run: string, id: string, region: Region): string {
  return `runs/${run}/images/${id}/${region}/warnings.json`
}

/** Outlives its run: an artifact that a target has refused, by its name there. */
export function refusalKey(region: Region, repository: string, artifact: Artifact): string {
  return `refused/${region}/${repository}/${artifact.tag ?? artifact.digest}.json`
}

/** Outlives its run: what was found out about the artifacts of an image's platforms. */
export function rememberedKey({ source, select }: Pick<ImageItem, 'source' | 'select'>): string {
  const tags = [...select.include, ...select.exclude.map((tag) => `!${tag}`)].join(',')
  return `artifacts/${source.registry}/${source.repository}/${escaped(tags).slice(0, MAX_NAME)}.json`
}

/** The pushes that were told of a tag, where several regions are pushed to. No repository's name has a colon. */
export function pushPrefix(repository: string, tag: string): string {
  return `pushes/${repository}:${tag}/`
}

/** All that has to be known of a push is in its key: so listing the keys reads them all. */
export function pushKey(repository: string, tag: string, { time, region, digest }: Told): string {
  return `${pushPrefix(repository, tag)}${time}/${region}/${digest}`
}

/** @param key - what `pushKey` gave */
export function pushOfKey(key: string): Told {
  const [time = '', region = '', digest = ''] = key.split('/').slice(-3)
  return { time, region: region as Region, digest }
}

/** What the Map's result writer puts before `/<map run>/manifest.json`. */
export function resultsPrefix(run: string): string {
  return `runs/${run}/results`
}

export function reportKey(run: string): string {
  return `runs/${run}/report.json`
}

/** The failed pairs of a run, for a rerun command that would be too long with all of them in it. */
export function rerunKey(run: string): string {
  return `runs/${run}/rerun.json`
}

/** How fresh the pairs of a schedule are, kept from one of its runs to the next. Every schedule has its own key. */
export function freshnessKey(schedule: string): string {
  return `freshness/${escaped(schedule)}.json`
}

/** Which run works on the images of a schedule. */
export function turnKey(schedule: string): string {
  return `schedules/${escaped(schedule)}.json`
}

/** As long as a file's may be; two images that only differ further on share what is known, and find it out again. */
const MAX_NAME = 200

function escaped(text: string): string {
  return text.replace(/[^a-zA-Z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16)}`)
}
