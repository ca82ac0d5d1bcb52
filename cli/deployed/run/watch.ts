/** Watches a run of the deployed mirror: its status, and the states of its pairs. */
import { setTimeout as wait } from 'node:timers/promises'
import pMap from 'p-map'
import { z } from 'zod'
import type { PairProgress, PairState } from '../../../local/stepfunctions/progress.ts'
import { isSettled } from '../../../local/stepfunctions/progress.ts'
import { type ImageItem, imageEndSchema } from '../../../mirror/contract.ts'
import { planSchema, syncResultSchema } from '../../../mirror/documents.ts'
import { orderKey, planKey, resolvedKey, resultKey, runPrefix } from '../../../mirror/keys.ts'
import { endingOf } from '../../../mirror/report/outcomes.ts'
import type { Pairs } from '../../run/show-progress.ts'
import { type Tracker, targetsOf, trackPairs } from '../../sync/tracker.ts'
import type { Documents } from '../aws/documents.ts'
import { type Execution, type Executions, isRunning } from '../aws/executions.ts'

export interface WatchProps {
  readonly execution: Execution
  readonly executions: Executions
  readonly documents: Documents
  /** Called with every change of a pair. */
  readonly onChange: (pairs: Pairs, changed: PairProgress) => void
  /** Called once if the run has too many pairs to watch each of them. */
  readonly onTooMany: (pairs: number, most: number) => void
  readonly pollMs: number
  readonly signal: AbortSignal
}

/** States of single pairs are not asked for in longer runs: each look would cost hundreds of requests. */
const MAX_PAIRS = 2_000
const PARALLEL_REQUESTS = 4

/** Returns the execution once it has ended, or as it is when the signal aborts. */
export async function watchRun(props: WatchProps): Promise<Execution> {
  const { executions, signal, pollMs } = props
  const look = createLook(props)
  let execution = props.execution
  while (!signal.aborted) {
    execution = await executions.describe(execution.arn)
    await look(execution)
    if (!isRunning(execution)) break
    await wait(pollMs, undefined, { signal }).catch(() => {})
  }
  return execution
}

function createLook({ execution: { run }, executions, documents, onChange, onTooMany }: WatchProps) {
  let items: ReadonlyMap<string, ImageItem> | undefined
  let tracker: Tracker | undefined
  const seen = new Set<string>()
  const results = new Set<string>()

  async function plan(): Promise<Tracker | undefined> {
    const found = await documents.find(planKey(run), planSchema)
    if (found === undefined) return undefined
    items = new Map(found.map((item) => [item.id, item]))
    const planned = trackPairs(found, (changed) => tracker !== undefined && onChange(tracker, changed))
    if (planned.count() > MAX_PAIRS) onTooMany(planned.count(), MAX_PAIRS)
    return planned
  }

  /** Documents appear as a pair proceeds: the resolved image, the work order, and the result. */
  async function readDocuments(pairs: Tracker, dryRun: boolean): Promise<void> {
    const keys = new Set<string>()
    for await (const key of documents.keys(runPrefix(run))) keys.add(key)
    const states = new Map(pairs.pairs().map(({ id, target, state }) => [`${id} ${target}`, state]))
    for (const item of items?.values() ?? []) {
      for (const target of targetsOf(item)) {
        const state = states.get(`${item.id} ${target.id}`)
        if (state === undefined || isSettled(state)) continue
        const result = resultKey(run, item.id, target)
        if (keys.has(result)) results.add(`${item.id}\n${target.id}`)
        else if (keys.has(orderKey(run, item.id, target)) && !dryRun) pairs.set(item, target, 'syncing')
        else if (keys.has(resolvedKey(run, item.id))) pairs.set(item, target, 'checking')
      }
    }
    await pMap([...results], (pair) => readResult(pairs, pair), { concurrency: PARALLEL_REQUESTS })
  }

  async function readResult(pairs: Tracker, pair: string): Promise<void> {
    const [id = '', target = ''] = pair.split('\n')
    const found = await documents.find(resultKey(run, id, { id: target }), syncResultSchema)
    if (found === undefined) return
    const { status } = found.outcome
    if (status !== 'deferred') results.delete(pair)
    pairs.set({ id }, { id: target }, status === 'deferred' ? 'backing off' : status)
  }

  async function readChildren(pairs: Tracker, arn: string): Promise<void> {
    const ended: string[] = []
    for await (const child of executions.children(arn)) {
      if (!isRunning(child) && !seen.has(child.arn)) ended.push(child.arn)
    }
    await pMap(
      ended,
      async (child) => {
        settle(pairs, await executions.describe(child))
        seen.add(child)
      },
      { concurrency: PARALLEL_REQUESTS },
    )
  }

  function settle(pairs: Tracker, { input, output }: Execution): void {
    const end = imageEndSchema.safeParse(jsonOf(output))
    const id = end.data?.id ?? childInput.safeParse(jsonOf(input)).data?.image.id
    const item = id === undefined ? undefined : items?.get(id)
    if (item === undefined) return
    const outcomes = new Map<string, PairState>(
      end.data?.waves?.flat().map((pair) => [pair.target, endingOf(pair).outcome]),
    )
    for (const target of targetsOf(item)) pairs.set(item, target, outcomes.get(target.id) ?? 'failed')
  }

  return async ({ arn, input }: Execution): Promise<void> => {
    tracker ??= await plan()
    if (tracker === undefined || tracker.count() > MAX_PAIRS) return
    await readDocuments(tracker, startedDry(input))
    await readChildren(tracker, arn)
  }
}

const childInput = z.object({ image: z.object({ id: z.string() }) })

function startedDry(input: string | undefined): boolean {
  return z.object({ dryRun: z.literal(true) }).safeParse(jsonOf(input)).success
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
