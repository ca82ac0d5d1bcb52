/** Implements the command `plan`: asks the registries what a run of a list would do, and writes nothing. */
import pMap from 'p-map'
import type { List } from '../mirror/list/config.ts'
import { noticesOf } from '../mirror/plan/notices.ts'
import { identifiedEntries, planItems } from '../mirror/plan/plan.ts'
import { openDockerConfig } from '../registry/credentials/docker-config.ts'
import { boundMemory } from '../registry/memory.ts'
import type { Registries } from '../registry/model/registry.ts'
import { readRunList } from './elsewhere/read.ts'
import type { PlanOptions } from './plan/command.ts'
import { countsOf, exitStatus } from './plan/counts.ts'
import { planImage } from './plan/plan-image.ts'
import { showPlanProgress } from './plan/progress.ts'
import type { PlanDocument } from './plan/schema.ts'
import { renderPlan } from './plan/text.ts'
import { readList } from './read-list.ts'
import { registriesOf } from './registries/create.ts'
import { ownAccount } from './registries/own-account.ts'
import { requireCredentials } from './registries/require-credentials.ts'
import { unlessAborted } from './terminal/interrupted.ts'
import { printJson, printWrapped } from './terminal/print.ts'
import type { Terminal } from './terminal/terminal.ts'

const PARALLEL_IMAGES = 4

/** Returns the exit status. */
export async function plan(
  options: PlanOptions,
  { stdout, stderr }: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const given = await unlessAborted(readList(options.list), signal)
  boundMemory()
  const registries = registriesOf(given)
  try {
    const account = await unlessAborted(ownAccount(given, registries), signal)
    const { list, unlisted } = await unlessAborted(readRunList(given, account), signal)
    await unlessAborted(requireCredentials(list, registries), signal)
    for (const problem of unlisted) stderr.write(`${problem}\n`)
    const document = await perform({ list, account }, options, { registries, stderr, signal })
    if (options.json) printJson(stdout, document)
    else printWrapped(stdout, renderPlan(document))
    return unlisted.length > 0 ? 1 : exitStatus(document.counts)
  } finally {
    await registries.close()
  }
}

interface Parts extends Pick<Terminal, 'stderr'> {
  readonly registries: Registries
  readonly signal: AbortSignal
}

async function perform(
  { list, account }: { readonly list: List; readonly account: string | undefined },
  { list: file, bytes }: PlanOptions,
  { registries, stderr, signal }: Parts,
): Promise<PlanDocument> {
  const items = planItems({ list, file, account })
  const parts = { registries, config: openDockerConfig(), bytes, signal }
  using progress = showPlanProgress(stderr, items.length)
  const planned = await pMap(
    items,
    async (item) => {
      const image = await planImage(item, parts)
      progress.step()
      return image
    },
    { concurrency: PARALLEL_IMAGES },
  )
  const images = planned.map((one) => one.plan)
  const notices = noticesOf(identifiedEntries(list), new Date()).map(({ text }) => text)
  const sum = (key: 'requests' | 'countedPulls'): number =>
    planned.reduce((total, { traffic }) => total + (traffic?.[key] ?? 0), 0)
  return {
    list: file,
    images,
    counts: countsOf(images),
    ...(notices.length === 0 ? {} : { notices }),
    requests: { requests: sum('requests'), countedPulls: sum('countedPulls') },
  }
}
