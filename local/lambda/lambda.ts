/**
 * Lambda on this machine: the bundled asset runs in worker threads, one invocation at a time in each, with the
 * environment, the handler and the timeout of the template. A worker starts cold once and is then kept.
 */
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { Worker } from 'node:worker_threads'
import type { Json, JsonObject } from '../json.ts'
import { StatesError } from '../states-error.ts'
import type { Answer, Invocation } from './lambda-worker.ts'

export interface LambdaFunction {
  readonly name: string
  readonly arn: string
  /** The folder with the unpacked code. */
  readonly code: string
  /** `file.export`, as in the template. */
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  /** Standard output and error of all workers go here. */
  readonly logFile: string
  /** How many invocations run at once; more wait. */
  readonly concurrency: number
}

export interface Invoker {
  invoke(payload: Json, signal?: AbortSignal): Promise<Json>
  close(): Promise<void>
}

interface Warm {
  readonly worker: Worker
  busy: boolean
}

export function startFunction(fn: LambdaFunction): Invoker {
  const workers = new Set<Warm>()
  const waiting: ((warm: Warm) => void)[] = []
  let log: WriteStream | undefined
  let requests = 0

  function openLog(): WriteStream {
    // Every worker writes to it.
    log ??= createWriteStream(fn.logFile, { flags: 'a' }).setMaxListeners(0)
    return log
  }

  function cold(): Warm {
    const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
      workerData: { code: fn.code, handler: fn.handler },
      env: { ...fn.environment },
      // Lambda's own limit; and garbage is collected early, where many workers share one machine.
      resourceLimits: { maxOldGenerationSizeMb: fn.memoryMb, maxYoungGenerationSizeMb: 16 },
      stdout: true,
      stderr: true,
      // What the parent was started with (a test runner's loader) is not what Lambda runs with.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    for (const stream of [worker.stdout, worker.stderr]) stream.pipe(openLog(), { end: false })
    const warm = { worker, busy: true }
    workers.add(warm)
    // A worker may also end between invocations; the next one then gets a new worker.
    worker.on('error', () => {}).on('exit', () => workers.delete(warm))
    return warm
  }

  /** An idle worker, a new one, or a place in the queue, which is left when the caller waits no longer. */
  function acquire(signal: AbortSignal): Warm | Promise<Warm> {
    if (signal.aborted) throw gaveUp()
    const idle = [...workers].find(({ busy }) => !busy)
    if (idle) {
      idle.busy = true
      return idle
    }
    if (workers.size < fn.concurrency) return cold()
    const { promise, resolve, reject } = Promise.withResolvers<Warm>()
    const leave = () => {
      waiting.splice(waiting.indexOf(take), 1)
      reject(gaveUp())
    }
    const take = (warm: Warm) => {
      signal.removeEventListener('abort', leave)
      resolve(warm)
    }
    waiting.push(take)
    signal.addEventListener('abort', leave, { once: true })
    return promise
  }

  /** Hands the worker, or a new one where it is gone, to whoever has waited longest. */
  function release(warm: Warm): void {
    const next = waiting.shift()
    if (next) next(workers.has(warm) ? warm : cold())
    else warm.busy = false
  }

  async function invoke(payload: Json, signal = new AbortController().signal): Promise<Json> {
    const warm = await acquire(signal)
    const deadline = Date.now() + fn.timeoutSeconds * 1000
    const invocation = { event: payload, context: contextOf(fn, ++requests, deadline) }
    try {
      const answer = await answered(warm.worker, invocation, signal)
      if ('result' in answer) return answer.result
      throw new StatesError(String(answer.error.errorType), JSON.stringify(answer.error))
    } catch (thrown) {
      if (!(thrown instanceof WorkerLost)) throw thrown
      workers.delete(warm)
      void warm.worker.terminate()
      const error = { errorType: thrown.name, errorMessage: thrown.message }
      throw new StatesError(thrown.name, JSON.stringify(error))
    } finally {
      release(warm)
    }
  }

  return {
    invoke,
    async close() {
      await Promise.all([...workers].map(({ worker }) => worker.terminate()))
      workers.clear()
      const closing = log
      log = undefined
      if (!closing) return
      closing.end()
      // A log that could not be written has been reported already.
      await finished(closing).catch(() => {})
    },
  }
}

function gaveUp(): StatesError {
  return new StatesError('Lambda.ClientExecutionTimeoutException', 'the caller waits no longer')
}

/** The worker cannot be used again: it crashed, ran out of time, or nobody waits for it. */
class WorkerLost extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** The worker's answer; WorkerLost when it crashes, when its time is up, or when the caller gives up. */
function answered(worker: Worker, invocation: Invocation, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const lose = (name: string, message: string) => reject(new WorkerLost(name, message))
  const { functionName, deadline } = invocation.context
  const onError = (error: unknown) => lose('Runtime.ExitError', `${functionName} crashed: ${String(error)}`)
  const onExit = (code: number) => lose('Runtime.ExitError', `Runtime exited with error: exit status ${code}`)
  const onAbort = () => lose(gaveUp().name, gaveUp().message)
  const seconds = (deadline - Date.now()) / 1000
  const timer = setTimeout(
    () => lose('Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`),
    seconds * 1000,
  )
  worker.once('message', resolve).once('error', onError).once('exit', onExit)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  else worker.postMessage(invocation)
  return promise.finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    worker.off('message', resolve).off('error', onError).off('exit', onExit)
  })
}

function contextOf(fn: LambdaFunction, request: number, deadline: number): JsonObject & { deadline: number } {
  return {
    functionName: fn.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: fn.arn,
    memoryLimitInMB: String(fn.memoryMb),
    awsRequestId: `00000000-0000-4000-8000-${String(request).padStart(12, '0')}`,
    logGroupName: fn.environment.AWS_LAMBDA_LOG_GROUP_NAME ?? `/aws/lambda/${fn.name}`,
    logStreamName: fn.environment.AWS_LAMBDA_LOG_STREAM_NAME ?? 'local',
    deadline,
  }
}
