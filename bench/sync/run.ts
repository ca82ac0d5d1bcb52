/** Runs one case: the tools take turns, each starts from the same state, and each result is verified. */
import { setTimeout } from 'node:timers/promises'
import type { Traffic } from '../access-log.ts'
import { startLinks } from '../links.ts'
import { type Cost, measure } from '../measure.ts'
import { check } from '../registries/check.ts'
import { type Registries, wipe } from '../registries/registries.ts'
import type { Case } from './cases.ts'
import { LIST } from './images.ts'
import type { Tool } from './tools.ts'

export interface Sample extends Cost {
  readonly tool: string
  readonly source: Traffic
}

export interface RunOptions {
  readonly tools: readonly Tool[]
  readonly rounds: number
  /** Receives the lists of the tools. */
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
  // Fills the targets over direct connections, whatever network the case simulates.
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
      for (const image of LIST) await check(image, { source, targets })
    }
  }
  return samples
}

/** The registry logs a request shortly after it has sent the response. */
const LOG_DELAY_MS = 150
