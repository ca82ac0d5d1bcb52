/**
 * Runs executions of the synthesized definition with `aws-local-stepfunctions`. Only Distributed Maps are adapted
 * (distributed-map.ts): how they read items and write results.
 */
import { ExecutionAbortedError, ExecutionTimeoutError, StateMachine } from 'aws-local-stepfunctions'
import { StatesErrorName } from '../../mirror/aws-error-name.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Documents } from '../s3-documents.ts'
import { errorAndCause, StatesError } from '../states-error.ts'
import { everyState, parseDefinition, type States } from './asl.ts'
import { adaptMaps, runDistributedMap } from './distributed-map.ts'
import { inRealTime, inTime } from './engine-timers.ts'
import { type Ended, type Identity, identify } from './execution.ts'
import { checkInput, checkResult, MAX_PAYLOAD_BYTES, payloadBytes } from './payload.ts'
import type { Pass, Time } from './time.ts'

/** One call of a task, with its input after `InputPath` and `Parameters`. */
export interface Call {
  readonly state: string
  readonly resource: string
  readonly input: Json
  readonly execution: Identity
  /** Aborted when the task times out or its execution ends, because the result is no longer needed. */
  readonly signal: AbortSignal
  /** Passes time for a service that simulates a duration. */
  readonly pass: Pass
}

/** The services that tasks call: they return the service's answer or throw a StatesError. */
export type Services = (call: Call) => Promise<Json>

type EngineEvent = ReturnType<StateMachine['run']>['eventLogs'] extends AsyncGenerator<infer E> ? E : never
/** An event of an execution or a child execution, with the time of the execution. */
export type ExecutionEvent = EngineEvent & { readonly execution: Identity }

export interface MachineProps {
  readonly arn: string
  /** The synthesized definition with resolved CloudFormation references. */
  readonly definition: string
  readonly services: Services
  /** Storage for the items and results of Distributed Maps. */
  readonly documents: Documents
  readonly time: Time
  readonly onEvent?: (event: ExecutionEvent) => void
}

export interface Machine {
  execute(input: Json, options: { readonly name: string; readonly signal?: AbortSignal }): Promise<Ended>
  definitionThatRan(): DefinitionThatRan
}

export interface DefinitionThatRan {
  /** The definition that the engine runs. */
  readonly definition: JsonObject
  /** The adapted Map states in their original form. */
  readonly adapted: Readonly<Record<string, JsonObject>>
  /** The definitions of the children of these Maps, as the engine runs them. */
  readonly children: Readonly<Record<string, States>>
}

interface Prepared {
  readonly machine: States
  readonly maps: Readonly<Record<string, JsonObject>>
}

/**
 * How long after the engine's timeout an abandoned call is rejected. The engine retries other errors than its own
 * timeout, which must therefore come first, and on a busy machine its timer may be late.
 */
const GIVE_UP_MS = 1_000

const NOT_VALIDATED = { validationOptions: { noValidate: true } } as const

export function createMachine(props: MachineProps): Machine {
  const { time } = props
  const definition = parseDefinition(props.definition)
  const documents = inItsTime(props.documents, time)
  checkTimeouts(definition)
  const known = new WeakMap<States, Prepared>()

  function prepare(states: States): Prepared {
    const made = known.get(states)
    if (made) return made
    const prepared = adaptMaps(states)
    known.set(states, prepared)
    return prepared
  }

  async function run(states: States, input: Json, execution: Identity, outer: AbortSignal): Promise<Ended> {
    const { machine, maps } = prepare(states)
    const over = new AbortController()
    const signal = AbortSignal.any([outer, over.signal])
    const context = contextOf(execution)
    const startDate = new Date(time.now())

    function handle(name: string, state: JsonObject, input: Json): Promise<Json> {
      const map = maps[name]
      if (!map) return callService(name, state, input)
      return runDistributedMap(map, {
        state: name,
        input,
        machineArn: props.arn,
        documents,
        evaluate: (template, value, more) => evaluate(template, value, { ...context, ...more }),
        runChild: (child, value, identity) => run(child, value, identity, signal),
        signal,
      })
    }

    async function callService(name: string, state: JsonObject, input: Json): Promise<Json> {
      checkInput(name, state, input)
      const timeout = new AbortController()
      const seconds = Number(state.TimeoutSeconds)
      const late = new StatesError(StatesErrorName.Timeout, `the task did not end within ${seconds} s`)
      const timer = time.after(seconds * 1000 + GIVE_UP_MS, () => timeout.abort(late))
      const call = {
        state: name,
        resource: String(state.Resource),
        input,
        execution,
        signal: AbortSignal.any([signal, timeout.signal]),
      }
      try {
        const result = await time.during((pass) =>
          unlessAborted(props.services({ ...call, pass }), call.signal),
        )
        return checkResult(name, state, result)
      } finally {
        timer.cancel()
      }
    }

    const taskResourceLocalHandlers = Object.fromEntries(
      [...everyState(machine)]
        .filter(([, state]) => state.Type === 'Task')
        .map(([name, state]) => [
          name,
          (value: Json) => inRealTime(() => asStatesError(() => handle(name, state, value))),
        ]),
    )
    const running = inTime(time, () =>
      new StateMachine(machine as never, NOT_VALIDATED).run(input as never, {
        overrides: { taskResourceLocalHandlers: taskResourceLocalHandlers as never },
        context,
      }),
    )
    const abort = () => running.abort()
    outer.addEventListener('abort', abort, { once: true })
    if (outer.aborted) abort()

    let tooLarge: string | undefined
    async function watch(): Promise<void> {
      for await (const event of running.eventLogs) {
        props.onEvent?.(Object.assign(event, { execution, timestamp: time.now() }))
        tooLarge ??= oversized(event)
        if (tooLarge) running.abort()
      }
    }
    const [outcome] = await Promise.all([settle(running.result as Promise<Json>), watch()])
    over.abort()
    outer.removeEventListener('abort', abort)
    const dates = { startDate, stopDate: new Date(time.now()) }
    if (tooLarge)
      return { status: 'FAILED', error: StatesErrorName.DataLimitExceeded, cause: tooLarge, ...dates }
    return { ...outcome, ...dates }
  }

  return {
    execute: (input, { name, signal = new AbortController().signal }) =>
      run(definition, input, identify(props.arn, name), signal),
    definitionThatRan() {
      const { machine, maps } = prepare(definition)
      const children = Object.entries(maps).map(([name, { ItemProcessor }]) => [
        name,
        prepare(ItemProcessor as unknown as States).machine,
      ])
      return {
        definition: machine as States & JsonObject,
        adapted: maps,
        children: Object.fromEntries(children),
      }
    },
  }
}

/** Rejects when the signal aborts. The engine usually has its own reason by then and ignores this one. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => setImmediate(reject, signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    // A composite signal is kept alive by its listeners.
    signal.removeEventListener('abort', abort)
  }
}

/** Runs reads and writes as work, which takes real time. */
function inItsTime({ get, put }: Documents, time: Time): Documents {
  return {
    get: (bucket, key) => time.during(() => get(bucket, key)),
    put: (bucket, key, body) => time.during(() => put(bucket, key, body)),
  }
}

/** Requires a timeout on each task: the engine's default is 60 s, where AWS waits for a year. */
function checkTimeouts(definition: States): void {
  for (const [name, state] of everyState(definition)) {
    if (state.Type === 'Task' && typeof state.TimeoutSeconds !== 'number') {
      throw new Error(`the task "${name}" has no TimeoutSeconds; add one`)
    }
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html; the engine adds Input. */
function contextOf(execution: Identity) {
  return {
    Execution: { Id: execution.arn, Name: execution.name, RedriveCount: 0 },
    StateMachine: { Id: execution.machineArn, Name: execution.machineName },
  }
}

/** Evaluates a payload template such as `Parameters` with the engine, in a machine of one state. */
async function evaluate(template: Json, input: Json, context: object): Promise<Json> {
  const state = { Type: 'Pass', Parameters: template, End: true }
  const machine = new StateMachine(
    { StartAt: 'Evaluate', States: { Evaluate: state } } as never,
    NOT_VALIDATED,
  )
  const outcome = await settle(
    machine.run(input as never, { context: { ...context } }).result as Promise<Json>,
  )
  if (outcome.status === 'SUCCEEDED') return outcome.output
  throw new StatesError(outcome.error ?? StatesErrorName.Runtime, outcome.cause ?? '')
}

type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; readonly error?: string; readonly cause?: string }

async function settle(result: Promise<Json>): Promise<Outcome> {
  try {
    return { status: 'SUCCEEDED', output: await result }
  } catch (thrown) {
    if (thrown instanceof ExecutionAbortedError) return { status: 'ABORTED' }
    if (thrown instanceof ExecutionTimeoutError)
      return { status: 'TIMED_OUT', error: StatesErrorName.Timeout }
    return { status: 'FAILED', ...errorAndCause(thrown instanceof Error ? (thrown.cause ?? thrown) : thrown) }
  }
}

async function asStatesError(call: () => Promise<Json>): Promise<Json> {
  try {
    return await call()
  } catch (thrown) {
    if (thrown instanceof StatesError) throw thrown
    throw new StatesError(StatesErrorName.TaskFailed, errorAndCause(thrown).cause)
  }
}

function oversized(event: EngineEvent): string | undefined {
  if (event.type !== 'StateEntered' && event.type !== 'StateExited') return undefined
  const value = event.type === 'StateEntered' ? event.state.input : event.state.output
  const bytes = payloadBytes((value ?? null) as Json)
  if (bytes <= MAX_PAYLOAD_BYTES) return undefined
  const side = event.type === 'StateEntered' ? 'input' : 'output'
  return `the ${side} of the state "${event.state.name}" has ${bytes} bytes; the limit is ${MAX_PAYLOAD_BYTES}`
}
