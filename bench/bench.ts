/** One case of the benchmark: the tools take turns, each starting from the same state, and what they hold is checked. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ACCEPTED } from '../registry/model/manifest.ts'
import type { Asked } from './access-log.ts'
import type { Case } from './cases.ts'
import type { DockerRegistry } from './docker-registries.ts'
import { repositoryOf } from './fill.ts'
import { IMAGES, type ImageSpec } from './images.ts'
import { startLinks } from './links.ts'
import { type Cost, measure } from './measure.ts'
import type { Job, Tool } from './tools.ts'

export interface Sample extends Cost {
  readonly tool: string
  readonly source: Asked
  /** All targets together. */
  readonly target: Asked
}

export interface Registries {
  readonly source: DockerRegistry
  readonly targets: readonly DockerRegistry[]
}

export async function runCase(
  one: Case,
  tools: readonly Tool[],
  registries: Registries,
  repetitions: number,
): Promise<Sample[]> {
  const image = IMAGES[one.image] as ImageSpec
  const targets = registries.targets.slice(0, one.targets)
  const direct = [registries.source, ...targets].map(({ address }) => address)
  await using links = one.link === undefined ? undefined : await startLinks(one.link, direct)
  const [source = '', ...addresses] = links?.addresses ?? direct
  const job: Job = { image, source, targets: addresses }
  const taking = tools.filter((tool) => canTake(tool, one, image))
  const samples: Sample[] = []
  const all = { source: registries.source, targets }
  await wipe(targets)
  if (one.unchanged) await measure(tools.find(({ copiesImages }) => copiesImages)?.commands(job) ?? [])
  for (let round = 0; round < repetitions; round++) {
    // There and back: what a tool leaves behind, in memory as well, is not always met by the same one.
    for (const tool of round % 2 === 0 ? taking : taking.toReversed()) {
      if (!one.unchanged) await wipe(targets)
      samples.push(await sampleOf(tool, job, all))
    }
  }
  return samples
}

function canTake(tool: Tool, { tools, unchanged }: Case, { allTags }: ImageSpec): boolean {
  // There is nothing to find unchanged for what only moves blobs.
  if (unchanged && !tool.copiesImages) return false
  if (allTags && !tool.copiesAllTags) return false
  return tools?.includes(tool.name) ?? true
}

/** A request is written down when its connection is done with it, which may be a little later. */
const WRITTEN_DOWN_MS = 150

async function sampleOf(tool: Tool, job: Job, { source, targets }: Registries): Promise<Sample> {
  // What was asked to check the one before is not this one's.
  await setTimeout(WRITTEN_DOWN_MS)
  for (const { log } of [source, ...targets]) await log.reset()
  const cost = await measure(tool.commands(job))
  await setTimeout(WRITTEN_DOWN_MS)
  const sample = {
    tool: tool.name,
    ...cost,
    source: await source.log.read(),
    target: sum(await Promise.all(targets.map(({ log }) => log.read()))),
  }
  if (tool.copiesImages) await check(job.image, source, targets)
  return sample
}

/**
 * And lets the disk come to rest: what the one before has left for it to write and to discard would hold up the syncs of
 * this one, of which a registry does a dozen for each blob.
 */
async function wipe(targets: readonly DockerRegistry[]): Promise<void> {
  for (const target of targets) await target.wipe()
  await promisify(execFile)('sync')
}

/** Every target has the source's digest behind every tag. */
async function check(
  image: ImageSpec,
  source: DockerRegistry,
  targets: readonly DockerRegistry[],
): Promise<void> {
  for (const tag of Object.keys(image.tags)) {
    const path = `${repositoryOf(image)}/manifests/${tag}`
    const urls = [source, ...targets].map(({ address }) => `http://${address}/v2/${path}`)
    const [wanted, ...held] = await Promise.all(urls.map(digestAt))
    if (held.some((digest) => digest !== wanted)) throw new Error(`${path} is not the same everywhere`)
  }
}

async function digestAt(url: string): Promise<string> {
  const response = await fetch(url, { headers: { accept: ACCEPTED.join(', ') } })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex')
}

function sum(all: readonly Asked[]): Asked {
  const kinds: Record<string, number> = {}
  for (const one of all) {
    for (const [kind, count] of Object.entries(one.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count
  }
  const total = (count: (one: Asked) => number): number => all.reduce((before, one) => before + count(one), 0)
  return { kinds, requests: total(({ requests }) => requests), bytes: total(({ bytes }) => bytes) }
}
