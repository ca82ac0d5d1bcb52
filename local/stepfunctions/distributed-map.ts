/**
 * Distributed Maps, which the engine lacks: a Map with an ItemReader and a ResultWriter becomes a task with the same
 * name, `Next`, `Retry`, `Catch` and paths. The task reads the items, runs each child as a separate execution with the
 * processor's states unchanged, and writes the results, all in AWS's formats.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { StatesErrorName } from '../../mirror/aws-error-name.ts'
import { asObject, asString, isObject, type Json, type JsonObject } from '../json.ts'
import type { Documents } from '../s3-documents.ts'
import { errorAndCause, StatesError } from '../states-error.ts'
import { mapStates, type States } from './asl.ts'
import { type Ended, type Identity, identify } from './execution.ts'
import { openResults, type Results } from './map-results.ts'

export interface MapCall {
  readonly state: string
  readonly input: Json
  readonly machineArn: string
  readonly documents: Documents
  readonly signal: AbortSignal
  /** Evaluates a payload template with additional context keys. */
  evaluate(template: Json, input: Json, more?: JsonObject): Promise<Json>
  runChild(states: States, input: Json, identity: Identity): Promise<Ended>
}

/** A Map Run has no timeout of its own; executions run for at most a year. */
const LONGEST_TIMEOUT_SECONDS = 31_536_000
/** Fields of the Map that the task handles instead of the engine. */
const MOVED = new Set([
  'ItemReader',
  'ItemSelector',
  'ItemProcessor',
  'ResultWriter',
  'MaxConcurrency',
  'ToleratedFailurePercentage',
  'ToleratedFailureCount',
  'Label',
])
const UNKNOWN = [
  'ItemBatcher',
  'ItemsPath',
  'MaxConcurrencyPath',
  'ToleratedFailurePercentagePath',
  'ToleratedFailureCountPath',
]
/** AWS's default concurrency of a Map. */
const DEFAULT_CONCURRENCY = 10_000

export function adaptMaps(states: States): { machine: States; maps: Readonly<Record<string, JsonObject>> } {
  const maps: Record<string, JsonObject> = {}
  const machine = mapStates(states, (name, state) => {
    if (state.Type !== 'Map' || !isObject(state.ItemReader)) return state
    const unknown = UNKNOWN.filter((field) => field in state)
    if (unknown.length > 0)
      throw new Error(`the Map "${name}" uses ${unknown}, which the local run does not support`)
    maps[name] = state
    const kept = Object.entries(state).filter(([key]) => !MOVED.has(key))
    return {
      ...Object.fromEntries(kept),
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startMapRun',
      TimeoutSeconds: LONGEST_TIMEOUT_SECONDS,
    }
  })
  return { machine, maps }
}

export async function runDistributedMap(map: JsonObject, call: MapCall): Promise<Json> {
  const run = randomUUID()
  const items = await failAs(StatesErrorName.ItemReaderFailed, () => readItems(map, call))
  const [, partition, , region, account] = call.machineArn.split(':')
  const machineName = call.machineArn.split(':').at(-1)
  const mapRunArn = `arn:${partition}:states:${region}:${account}:mapRun:${machineName}/${labelOf(map, call)}:${run}`
  const results = await failAs(StatesErrorName.ResultWriterFailed, async () => {
    const writer = asObject(map.ResultWriter, 'ResultWriter')
    const parameters = asObject(await call.evaluate(writer.Parameters ?? {}, call.input), 'Parameters')
    return openResults({ mapRunArn, run, writer, parameters }, call.documents)
  })
  const tolerated = await runChildren(map, items, results, { ...call, mapRunArn })
  const details = await failAs(StatesErrorName.ResultWriterFailed, () => results.close())
  if (!tolerated) {
    throw new StatesError(
      StatesErrorName.ExceedToleratedFailureThreshold,
      'The specified tolerated failure threshold was exceeded',
    )
  }
  return { MapRunArn: mapRunArn, ResultWriterDetails: details }
}

async function readItems(map: JsonObject, call: MapCall): Promise<readonly Json[]> {
  const reader = asObject(map.ItemReader, 'ItemReader')
  const config = asObject(reader.ReaderConfig, 'ReaderConfig')
  if (config.InputType !== 'JSON' || !String(reader.Resource).endsWith(':s3:getObject')) {
    throw new Error(`an ItemReader of ${reader.Resource} and ${config.InputType} is not supported here`)
  }
  const { Bucket, Key } = asObject(await call.evaluate(reader.Parameters ?? {}, call.input), 'Parameters')
  const text = await call.documents.get(asString(Bucket, 'Bucket'), asString(Key, 'Key'))
  const items = JSON.parse(text) as Json
  if (!Array.isArray(items)) throw new Error(`s3://${Bucket}/${Key} is not a JSON array`)
  return typeof config.MaxItems === 'number' ? items.slice(0, config.MaxItems) : items
}

/**
 * Runs one execution per item with limited concurrency, until all have ended or the failures exceed the threshold.
 * @returns whether the failures are within the threshold
 */
async function runChildren(
  map: JsonObject,
  items: readonly Json[],
  results: Results,
  call: MapCall & { readonly mapRunArn: string },
): Promise<boolean> {
  const processor = asObject(map.ItemProcessor, 'ItemProcessor') as unknown as States
  let next = 0
  let failed = 0
  const tolerates = toleration(map, items.length)

  async function runOne(index: number): Promise<void> {
    const value = items[index] ?? null
    const input = isObject(map.ItemSelector)
      ? await call.evaluate(map.ItemSelector, call.input, { Map: { Item: { Index: index, Value: value } } })
      : value
    const identity = {
      ...identify(call.machineArn, randomUUID(), labelOf(map, call)),
      mapRun: call.mapRunArn,
    }
    const ended = await call.runChild(processor, input, identity)
    if (ended.status !== 'SUCCEEDED') failed += 1
    await failAs(StatesErrorName.ResultWriterFailed, () => results.add({ identity, input, ended }))
  }

  async function work(): Promise<void> {
    while (next < items.length && tolerates(failed) && !call.signal.aborted) {
      await runOne(next++)
      // Yields to the event loop: otherwise garbage of the children is collected only after the last has ended.
      await setImmediate()
    }
  }

  const concurrency = Number(map.MaxConcurrency) || DEFAULT_CONCURRENCY
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work))
  return tolerates(failed)
}

function toleration(map: JsonObject, total: number): (failed: number) => boolean {
  const percentage = Number(map.ToleratedFailurePercentage ?? 0)
  const count = Number(map.ToleratedFailureCount ?? 0)
  if (map.ToleratedFailurePercentage === undefined) return (failed) => failed <= count
  return (failed) => failed * 100 <= percentage * total
}

function labelOf(map: JsonObject, { state }: MapCall): string {
  return typeof map.Label === 'string' ? map.Label : state.replaceAll(/[^a-zA-Z0-9_-]/g, '').slice(0, 40)
}

async function failAs<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    throw new StatesError(name, errorAndCause(thrown).cause)
  }
}
