// Calls a handler as Lambda does, and returns what Step Functions receives.
import type { Context } from 'aws-lambda'
import { vi } from 'vitest'

type Handler = (event: never, context: Context) => unknown

const CONTEXT: Context = {
  awsRequestId: '4b5d',
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:test',
  memoryLimitInMB: '256',
  logGroupName: 'test',
  logStreamName: 'test',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => 60_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
}

/** The output as JSON. */
export async function invoke(
  handler: Handler,
  event: unknown,
  context: Partial<Context> = {},
): Promise<unknown> {
  const output = await handler(event as never, { ...CONTEXT, ...context })
  return JSON.parse(JSON.stringify(output))
}

/** The error of the function. */
export async function invokeAndFail(
  handler: Handler,
  event: unknown,
  context: Partial<Context> = {},
): Promise<Error> {
  try {
    await handler(event as never, { ...CONTEXT, ...context })
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  throw new Error('the function did not fail')
}

/** Keeps the console's lines for `linesOf` instead of printing them. */
export function muteConsole(): void {
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation(() => {})
}

/** The lines that Powertools wrote to the muted console, one JSON document each. */
export function linesOf(...levels: readonly ('info' | 'warn' | 'error')[]): Record<string, unknown>[] {
  const calls = levels.flatMap((level) => vi.mocked(console[level]).mock.calls)
  return calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>)
}
