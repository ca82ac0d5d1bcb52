/** A Lambda worker thread: loads the bundle once, then answers invocations as Lambda's runtime does. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { Json, JsonObject } from '../json.ts'

export interface Invocation {
  readonly event: Json
  readonly context: JsonObject & { readonly deadline: number }
}
export type Answer = { readonly result: Json } | { readonly error: JsonObject }

type Handler = (event: Json, context: object) => Promise<Json | undefined>

const EXTENSIONS = ['.mjs', '.js', '.cjs']

async function load(code: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.')
  const file = EXTENSIONS.map((extension) => join(code, handler.slice(0, dot) + extension)).find(existsSync)
  if (!file)
    throw named('Runtime.ImportModuleError', `Cannot find module '${handler.slice(0, dot)}' in ${code}`)
  const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const name = handler.slice(dot + 1)
  const found = loaded[name] ?? (loaded.default as Record<string, unknown> | undefined)?.[name]
  if (typeof found !== 'function') throw named('Runtime.HandlerNotFound', `${handler} is not exported`)
  return found as Handler
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}

/** An error in the format of https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function describe(thrown: unknown): JsonObject {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n'),
  }
}

const { code, handler } = workerData as { code: string; handler: string }
const loading = load(code, handler)
// Reported with the first invocation, as Lambda does; without this handler, the rejection would end the process.
loading.catch(() => {})

parentPort?.on('message', async ({ event, context: { deadline, ...context } }: Invocation) => {
  const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now())
  try {
    const handle = await loading
    const result = await handle(event, { ...context, getRemainingTimeInMillis })
    // Lambda returns JSON, so values that JSON cannot express are dropped.
    parentPort?.postMessage({ result: JSON.parse(JSON.stringify(result ?? null)) } satisfies Answer)
  } catch (thrown) {
    parentPort?.postMessage({ error: describe(thrown) } satisfies Answer)
  }
})
