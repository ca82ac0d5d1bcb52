// The middleware of all handlers: input, log lines and errors.
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware'
import middy from '@middy/core'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { beforeTimeout, checkedInput, createLogger, shortErrors } from '../../lambdas/middleware.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import { invoke, invokeAndFail, linesOf } from './invoke.ts'

const schema = z.object({ run: z.string() })
type Input = z.infer<typeof schema>

function handlerOf(work: (input: Input, log: (text: string) => void) => unknown, maxMessage?: number) {
  const logger = createLogger()
  return middy(async (input: Input) => work(input, (text) => logger.info(text)), beforeTimeout)
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(checkedInput(schema, logger, ({ run }) => ({ run })))
    .use(shortErrors(logger, maxMessage))
}

vi.stubEnv('POWERTOOLS_DEV', 'true')
vi.spyOn(console, 'info').mockImplementation(() => {})
vi.spyOn(console, 'error').mockImplementation(() => {})
afterEach(() => vi.clearAllMocks())

test('names the run in each log line of its own invocation only', async () => {
  const handler = handlerOf((_, log) => {
    log('done')
    return 'ok'
  })
  await invoke(handler, { run: 'run-1' })
  await invoke(handler, { run: 'run-2' })
  expect(linesOf('info').map(({ message, run }) => [message, run])).toEqual([
    ['done', 'run-1'],
    ['done', 'run-2'],
  ])
})

test('rejects input that violates the contract before the handler', async () => {
  const work = vi.fn()
  const error = await invokeAndFail(handlerOf(work), { ran: 'run-1' })
  expect(error.message).toContain('the state machine passed invalid input')
  expect(error.message).toContain('run')
  expect(work).not.toHaveBeenCalled()
})

test('reports a rate limit as RateLimited, which the workflow retries', async () => {
  const error = await invokeAndFail(
    handlerOf(() => {
      throw new RegistryError('docker.io asks to slow down', { kind: 'rateLimited', retryAfterSeconds: 60 })
    }),
    { run: 'run-1' },
  )
  expect([error.name, error.message]).toEqual(['RateLimited', 'docker.io asks to slow down'])
})

test('logs the complete error, and returns a short one without a stack', async () => {
  const error = await invokeAndFail(
    handlerOf(() => {
      throw new Error('x'.repeat(5_000))
    }),
    { run: 'run-1' },
  )
  expect(error.message).toHaveLength(1_000)
  expect(error.stack).toBe('')
  const [line] = linesOf('error')
  expect(line).toMatchObject({ run: 'run-1', message: 'x'.repeat(5_000) })
  expect(JSON.stringify(line?.error)).toContain('middleware.test.ts')
})

test('lets a handler return longer errors', async () => {
  const work = () => {
    throw new Error('x'.repeat(5_000))
  }
  expect((await invokeAndFail(handlerOf(work, 3_000), { run: 'run-1' })).message).toHaveLength(3_000)
})

test("ends a function with a named error before Lambda's timeout", async () => {
  const handler = handlerOf(() => new Promise(() => {}))
  const error = await invokeAndFail(handler, { run: 'run-1' }, { getRemainingTimeInMillis: () => 2_001 })
  expect([error.name, error.message]).toEqual(['TimeoutError', 'the function ran out of time'])
})
