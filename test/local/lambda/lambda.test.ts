import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Invoker, startFunction } from '../../../local/lambda/lambda.ts'
import { LambdaErrorName } from '../../../mirror/aws-error-name.ts'

let folder: string
let running: Invoker | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lambda-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await running?.close()
  await rm(folder, { recursive: true, force: true })
})

async function lambda(body: string, more: { concurrency?: number } = {}) {
  await writeFile(
    join(folder, 'index.mjs'),
    `let count = 0\nexport const handler = async (event, context) => {${body}}`,
  )
  running = startFunction({
    name: 'Plan',
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:Plan',
    code: folder,
    handler: 'index.handler',
    timeoutSeconds: 900,
    memoryMb: 512,
    environment: { WORK_BUCKET: 'work' },
    logFile: join(folder, 'plan.log'),
    concurrency: more.concurrency ?? 2,
  })
  return running
}

test('passes the event, the context and only the environment of the template', async () => {
  const { invoke } = await lambda(`return {
    event, env: process.env.WORK_BUCKET, home: process.env.HOME ?? null,
    name: context.functionName, left: Math.ceil(context.getRemainingTimeInMillis() / 900_000) }`)
  expect(await invoke({ a: [1] })).toEqual({
    event: { a: [1] },
    env: 'work',
    home: null,
    name: 'Plan',
    left: 1,
  })
})

test('keeps a worker warm, and runs one invocation at a time', async () => {
  const { invoke } = await lambda(
    'const mine = ++count; await new Promise((done) => setTimeout(done, 20)); return [mine, count]',
    {
      concurrency: 1,
    },
  )
  expect(await Promise.all([invoke(null), invoke(null), invoke(null)])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
})

test('returns an error by its name, with type, message and trace as its cause', async () => {
  const { invoke } = await lambda(`throw Object.assign(new Error('no such tag'), { name: 'SourceNotFound' })`)
  const error = await invoke({}).catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ name: 'SourceNotFound' })
  expect(JSON.parse((error as Error).message)).toMatchObject({
    errorType: 'SourceNotFound',
    errorMessage: 'no such tag',
    trace: expect.any(Array),
  })
})

test('fails an invocation as Sandbox.Timedout at its timeout, and starts the next one cold', async () => {
  const { invoke } = await lambda(
    'if (event.hang) await new Promise(() => setInterval(() => {}, 1000)); return ++count',
  )
  // The test triggers the limit, so that the worker's start time does not matter.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  expect(await invoke({})).toBe(1)
  const failed = expect(invoke({ hang: true })).rejects.toMatchObject({
    name: LambdaErrorName.TimedOut,
    message: expect.stringContaining('Task timed out after 900.00 seconds'),
  })
  await vi.advanceTimersByTimeAsync(900_000)
  await failed
  expect(await invoke({})).toBe(1)
})

test('fails a handler that exits as Runtime.ExitError, and keeps others running', async () => {
  const { invoke } = await lambda('if (event.exit) process.exit(3); return "fine"', { concurrency: 1 })
  const [crashed, fine] = await Promise.allSettled([invoke({ exit: true }), invoke({})])
  expect(crashed).toMatchObject({
    reason: { name: LambdaErrorName.ExitError, message: expect.stringContaining('exit status 3') },
  })
  expect(fine).toEqual({ status: 'fulfilled', value: 'fine' })
})

test('writes the output of the function to its log', async () => {
  const { invoke, close } = await lambda('console.log("hello from Plan"); return null')
  await invoke({})
  await close()
  expect(await readFile(join(folder, 'plan.log'), 'utf8')).toContain('hello from Plan')
})

test('reports a missing handler on every invocation', async () => {
  await lambda('')
  await running?.close()
  await writeFile(join(folder, 'index.mjs'), 'export const other = 1')
  await expect(running?.invoke({})).rejects.toMatchObject({ name: 'Runtime.HandlerNotFound' })
})
