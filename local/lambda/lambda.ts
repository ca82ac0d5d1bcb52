/**
 * Lambda functions in worker threads: the bundled asset, one invocation at a time per worker, with the environment,
 * handler and timeout of the template. A worker has one cold start and is then reused.
 */
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { Worker } from 'node:worker_threads'
import { LambdaErrorName } from '../../mirror/aws-error-name.ts'
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
  /** The file for standard output and error of all workers. */
  readonly logFile: string
  /** The maximum number of concurrent invocations; further ones are queued. */
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
    // All workers share the log stream.
    log ??= createWriteStream(fn.logFile, { flags: 'a' }).setMaxListeners(0)
    return log
  }

  function cold(): Warm {
    const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
      workerData: { code: fn.code, handler: fn.handler },
      env: { ...fn.environment },
      // Lambda's memory limit. A small young generation collects garbage early, because many workers share the machine.
      resourceLimits: { maxOldGenerationSizeMb: fn.memoryMb, maxYoungGenerationSizeMb: 16 },
      stdout: true,
      stderr: true,
      // Drops the parent's flags, such as a test runner's loader, which Lambda does not have.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    for (const stream of [worker.stdout, worker.stderr]) stream.pipe(openLog(), { end: false })
    const warm = { worker, busy: true }
    workers.add(warm)
    // A worker may end between invocations; the next invocation starts a new one.
    worker.on('error', () => {}).on('exit', () => workers.delete(warm))
    return warm
  }

  /** Returns an idle worker or a new one, or queues until one is free. An aborted caller leaves the queue. */
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

  /** Passes the worker, or a replacement if it ended, to the first caller in the queue. */
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
      // Write errors of the log have been reported already.
      await finished(closing).catch(() => {})
    },
  }
}

function gaveUp(): StatesError {
  return new StatesError(LambdaErrorName.ClientExecutionTimeoutException, 'the caller aborted the invocation')
}

/** The worker is unusable: it crashed, timed out, or its caller aborted. */
class WorkerLost extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/**
 * Resolves with the worker's answer. Rejects with WorkerLost if the worker crashes or times out, or if the caller
 * aborts.
 */
function answered(worker: Worker, invocation: Invocation, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const lose = (name: string, message: string) => reject(new WorkerLost(name, message))
  const { functionName, deadline } = invocation.context
  const onError = (error: unknown) =>
    lose(LambdaErrorName.ExitError, `${functionName} crashed: ${String(error)}`)
  const onExit = (code: number) =>
    lose(LambdaErrorName.ExitError, `Runtime exited with error: exit status ${code}`)
  const onAbort = () => lose(gaveUp().name, gaveUp().message)
  const seconds = (deadline - Date.now()) / 1000
  const timer = setTimeout(
    () => lose(LambdaErrorName.TimedOut, `Task timed out after ${seconds.toFixed(2)} seconds`),
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
