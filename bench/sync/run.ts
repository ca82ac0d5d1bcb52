/** Runs one case: the tools take turns, each starts from the same state, and each result is verified. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ACCEPTED } from '../../registry/model/manifest.ts'
import type { Traffic } from '../access-log.ts'
import type { DockerRegistry } from '../docker-registries.ts'
import { repositoryOf } from '../fill.ts'
import { startLinks } from '../links.ts'
import { type Cost, measure } from '../measure.ts'
import type { Case } from './cases.ts'
import { LIST } from './images.ts'
import type { Tool } from './tools.ts'

export interface Sample extends Cost {
  readonly tool: string
  readonly source: Traffic
}

export interface Registries {
  readonly source: DockerRegistry
  readonly targets: readonly DockerRegistry[]
}

export interface RunOptions {
  readonly tools: readonly Tool[]
  readonly rounds: number
  /** For the lists of the tools. */
  readonly folder: string
}

export async function runCase(
  { targets: count, link, unchanged = false }: Case,
  registries: Registries,
  { tools, rounds, folder }: RunOptions,
): Promise<Sample[]> {
  const { source } = registries
  const targets = registries.targets.slice(0, count)
  const direct = [source, ...targets].map(({ address }) => address)
  await using links = link === undefined ? undefined : await startLinks(link, direct)
  const [from = '', ...to] = links?.addresses ?? direct
  const samples: Sample[] = []
  await wipe(targets)
  // Fills the targets over the direct way, whatever the case measures.
  const [first] = tools
  const fill = { images: LIST, source: source.address, targets: targets.map(({ address }) => address) }
  if (unchanged && first !== undefined) await measure([await first.prepare(fill, folder)])
  for (let round = 0; round < rounds; round++) {
    // Every second round reverses the order, so that no tool always runs after the same one.
    for (const tool of round % 2 === 0 ? tools : tools.toReversed()) {
      if (!unchanged) await wipe(targets)
      const command = await tool.prepare({ images: LIST, source: from, targets: to }, folder)
      await setTimeout(LOG_DELAY_MS)
      await source.log.reset()
      const cost = await measure([command])
      await setTimeout(LOG_DELAY_MS)
      samples.push({ tool: tool.name, ...cost, source: await source.log.read() })
      await check(source, targets)
    }
  }
  return samples
}

/** The registry logs a request shortly after it has sent the response. */
const LOG_DELAY_MS = 150

/** Empties the targets and flushes the disk, because pending writes would slow down the registry's next fsyncs. */
async function wipe(targets: readonly DockerRegistry[]): Promise<void> {
  for (const target of targets) await target.wipe()
  await promisify(execFile)('sync')
}

/** @throws if a tag of a target has another digest than at the source */
async function check(source: DockerRegistry, targets: readonly DockerRegistry[]): Promise<void> {
  for (const image of LIST) {
    for (const tag of Object.keys(image.tags)) {
      const path = `${repositoryOf(image)}/manifests/${tag}`
      const urls = [source, ...targets].map(({ address }) => `http://${address}/v2/${path}`)
      const [wanted, ...held] = await Promise.all(urls.map(digestAt))
      if (held.some((digest) => digest !== wanted))
        throw new Error(`the digest of ${path} differs between registries`)
    }
  }
}

async function digestAt(url: string): Promise<string> {
  const response = await fetch(url, { headers: { accept: ACCEPTED.join(', ') } })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex')
}
