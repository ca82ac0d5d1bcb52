/** Runs one case of the benchmark: the tools take turns, each starts from the same state, and each copy is verified. */
import { setTimeout } from 'node:timers/promises'
import type { Traffic } from './access-log.ts'
import type { Case } from './cases.ts'
import { IMAGES, type ImageSpec } from './images.ts'
import { startLinks } from './links.ts'
import { type Cost, measure } from './measure.ts'
import { check } from './registries/check.ts'
import { type Registries, wipe } from './registries/registries.ts'
import type { Job, Tool } from './tools.ts'

export interface Sample extends Cost {
  readonly tool: string
  readonly source: Traffic
  /** Sum of all targets. */
  readonly target: Traffic
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
  const suitable = tools.filter((tool) => canRun(tool, one, image))
  const samples: Sample[] = []
  const all = { source: registries.source, targets }
  await wipe(targets)
  if (one.unchanged) await measure(tools.find(({ copiesImages }) => copiesImages)?.commands(job) ?? [])
  for (let round = 0; round < repetitions; round++) {
    // Every second round reverses the order, so that no tool always runs after the same one.
    for (const tool of round % 2 === 0 ? suitable : suitable.toReversed()) {
      if (!one.unchanged) await wipe(targets)
      samples.push(await sampleOf(tool, job, all))
    }
  }
  return samples
}

function canRun(tool: Tool, { tools, unchanged }: Case, { allTags }: ImageSpec): boolean {
  // A tool that only moves blobs cannot detect unchanged images.
  if (unchanged && !tool.copiesImages) return false
  if (allTags && !tool.copiesAllTags) return false
  return tools?.includes(tool.name) ?? true
}

/** The registry logs a request shortly after it has sent the response. */
const LOG_DELAY_MS = 150

async function sampleOf(tool: Tool, job: Job, { source, targets }: Registries): Promise<Sample> {
  // Excludes the requests that verified the previous copy.
  await setTimeout(LOG_DELAY_MS)
  for (const { log } of [source, ...targets]) await log.reset()
  const cost = await measure(tool.commands(job))
  await setTimeout(LOG_DELAY_MS)
  const sample = {
    tool: tool.name,
    ...cost,
    source: await source.log.read(),
    target: sum(await Promise.all(targets.map(({ log }) => log.read()))),
  }
  if (tool.copiesImages) await check(job.image, { source, targets })
  return sample
}

function sum(all: readonly Traffic[]): Traffic {
  const kinds: Record<string, number> = {}
  for (const one of all) {
    for (const [kind, count] of Object.entries(one.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count
  }
  const total = (count: (one: Traffic) => number): number =>
    all.reduce((before, one) => before + count(one), 0)
  return { kinds, requests: total(({ requests }) => requests), bytes: total(({ bytes }) => bytes) }
}
