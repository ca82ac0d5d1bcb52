import { expect, test } from 'vitest'
import { CLOCKS } from '../../../local/clock.ts'
import type { Json } from '../../../local/json.ts'
import { StatesError } from '../../../local/states-error.ts'
import type { ExecutionEvent } from '../../../local/stepfunctions/engine.ts'
import { startTime } from '../../../local/stepfunctions/time.ts'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { ARN, machine, task } from '../machines.ts'

test('calls a task with its resource and input, and passes on the result', async () => {
  const calls: unknown[] = []
  const { execute } = machine(
    {
      StartAt: 'A',
      States: { A: task('a', { Parameters: { 'x.$': '$.given' }, ResultPath: '$.a', End: true }) },
    },
    async ({ state, resource, input }) => {
      calls.push({ state, resource, input })
      return { done: true }
    },
  )
  expect(await execute({ given: 1 }, { name: 'one' })).toMatchObject({
    status: 'SUCCEEDED',
    output: { given: 1, a: { done: true } },
  })
  expect(calls).toEqual([
    { state: 'A', resource: 'arn:aws:lambda:us-east-1:123456789012:function:a', input: { x: 1 } },
  ])
})

test('names the execution and the state machine in the context object as AWS does', async () => {
  const Parameters = {
    'id.$': '$$.Execution.Id',
    'name.$': '$$.Execution.Name',
    'input.$': '$$.Execution.Input',
    'machine.$': '$$.StateMachine.Id',
    'start.$': '$$.Execution.StartTime',
  }
  const { execute } = machine(
    { StartAt: 'A', States: { A: { Type: 'Pass', Parameters, End: true } } },
    async () => null,
  )
  expect(await execute({ x: 1 }, { name: 'run-1' })).toMatchObject({
    output: {
      id: 'arn:aws:states:us-east-1:123456789012:execution:Machine:run-1',
      name: 'run-1',
      input: { x: 1 },
      machine: ARN,
      start: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    },
  })
})

test('retries an error with growing pauses, and then catches it with its cause', async () => {
  const time = startTime(CLOCKS.instant)
  const started = time.now()
  const at: number[] = []
  const { execute } = machine(
    {
      StartAt: 'A',
      States: {
        A: task('a', {
          Retry: [
            { ErrorEquals: ['RateLimited'], IntervalSeconds: 3600, MaxDelaySeconds: 10_000, MaxAttempts: 3 },
          ],
          Catch: [{ ErrorEquals: [StatesErrorName.All], ResultPath: '$.caught', Next: 'B' }],
          End: true,
        }),
        B: { Type: 'Pass', End: true },
      },
    },
    async () => {
      at.push(Math.round((time.now() - started) / 1000))
      throw new StatesError('RateLimited', 'slow down')
    },
    undefined,
    undefined,
    time,
  )
  expect(await execute({}, { name: 'r' })).toMatchObject({
    output: { caught: { Error: 'RateLimited', Cause: 'slow down' } },
  })
  expect(at).toEqual([0, 3600, 3600 + 7200, 3600 + 7200 + 10_000])
})

test('waits as long as the input says, with events in the time of the execution', async () => {
  const events: ExecutionEvent[] = []
  const { execute } = machine(
    { StartAt: 'A', States: { A: { Type: 'Wait', SecondsPath: '$.seconds', End: true } } },
    async () => null,
    undefined,
    events,
  )
  const { startDate, stopDate } = await execute({ seconds: 86_400 }, { name: 'r' })
  expect((stopDate.getTime() - startDate.getTime()) / 1000).toBeCloseTo(86_400, 1)
  expect(((events.at(-1)?.timestamp ?? 0) - startDate.getTime()) / 1000).toBeCloseTo(86_400, 1)
})

test('times out a task immediately in virtual time', async () => {
  const { execute } = machine(
    { StartAt: 'A', States: { A: task('a', { TimeoutSeconds: 7200, End: true }) } },
    async ({ pass }) => {
      await pass(7_300_000)
      return null
    },
  )
  expect(await execute({}, { name: 'r' })).toMatchObject({ status: 'FAILED', error: StatesErrorName.Timeout })
})

test('ends the execution FAILED with the error and cause of a Fail state', async () => {
  const { execute } = machine(
    { StartAt: 'A', States: { A: { Type: 'Fail', Error: 'MirrorFailed', Cause: 'two pairs' } } },
    async () => null,
  )
  expect(await execute({}, { name: 'r' })).toMatchObject({
    status: 'FAILED',
    error: 'MirrorFailed',
    cause: 'two pairs',
  })
})

const LARGE = 'x'.repeat(262_145)

test.each<[string, string[], string]>([
  ['not by States.ALL', [StatesErrorName.All], 'FAILED'],
  ['by its own name', [StatesErrorName.DataLimitExceeded], 'SUCCEEDED'],
])('a result over 256 KiB fails the task; it is caught %s', async (_, ErrorEquals, status) => {
  const { execute } = machine(
    {
      StartAt: 'A',
      States: {
        A: task('a', { Catch: [{ ErrorEquals, Next: 'B' }], End: true }),
        B: { Type: 'Pass', Result: 'caught', End: true },
      },
    },
    async () => LARGE,
  )
  expect((await execute({}, { name: 'r' })).status).toBe(status)
})

test('fails a task whose parameters make its input larger than 256 KiB, and does not call it', async () => {
  const calls: string[] = []
  const { execute } = machine(
    {
      StartAt: 'A',
      States: {
        A: task('a', {
          Parameters: { 'name.$': '$$.Execution.Name', 'input.$': '$' },
          Catch: [{ ErrorEquals: [StatesErrorName.DataLimitExceeded], Next: 'B' }],
          End: true,
        }),
        B: { Type: 'Pass', Result: 'caught', End: true },
      },
    },
    async ({ state }) => calls.push(state),
  )
  const fits = 'x'.repeat(262_144 - 2)
  expect(await execute(fits, { name: 'r' })).toMatchObject({ status: 'SUCCEEDED', output: 'caught' })
  expect(calls).toEqual([])
})

test('fails the execution for an output over 256 KiB of any other state', async () => {
  const half = 'x'.repeat(200_000)
  const branch = { StartAt: 'A', States: { A: task('a') } }
  const { execute } = machine(
    {
      StartAt: 'Both',
      States: {
        Both: { Type: 'Parallel', Branches: [branch, { StartAt: 'B', States: { B: task('b') } }], Next: 'C' },
        C: { Type: 'Pass', End: true },
      },
    },
    async () => half,
  )
  expect(await execute({}, { name: 'r' })).toMatchObject({
    status: 'FAILED',
    error: StatesErrorName.DataLimitExceeded,
    cause: expect.stringContaining('the output of the state "Both"'),
  })
})

test('aborts a task at its timeout', async () => {
  let told = false
  const { execute } = machine(
    { StartAt: 'A', States: { A: task('a', { TimeoutSeconds: 1, End: true }) } },
    ({ signal }) =>
      new Promise<Json>(() => {
        signal.addEventListener('abort', () => {
          told = true
        })
      }),
  )
  expect(await execute({}, { name: 'r' })).toMatchObject({ status: 'FAILED', error: StatesErrorName.Timeout })
  expect(told).toBe(true)
})

test('ends an execution TIMED_OUT at the timeout of the machine', async () => {
  const { execute } = machine(
    { StartAt: 'A', TimeoutSeconds: 1, States: { A: task('a') } },
    () => new Promise<Json>(() => {}),
  )
  expect(await execute({}, { name: 'r' })).toMatchObject({
    status: 'TIMED_OUT',
    error: StatesErrorName.Timeout,
  })
})

test('ends an aborted execution ABORTED, and aborts its running task', async () => {
  const stop = new AbortController()
  let told = false
  const { execute } = machine(
    { StartAt: 'A', States: { A: task('a') } },
    ({ signal }) =>
      new Promise<Json>(() => {
        signal.addEventListener('abort', () => {
          told = true
        })
        stop.abort()
      }),
  )
  expect((await execute({}, { name: 'r', signal: stop.signal })).status).toBe('ABORTED')
  expect(told).toBe(true)
})

test('reports an event for every state, also inside a Map', async () => {
  const events: ExecutionEvent[] = []
  const { execute } = machine(
    {
      StartAt: 'Each',
      States: {
        Each: { Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: task('a') } }, End: true },
      },
    },
    async ({ input }) => input,
    undefined,
    events,
  )
  await execute([1, 2], { name: 'r' })
  const entered = events.filter(({ type }) => type === 'StateEntered')
  expect(entered.map((event) => ('state' in event ? event.state.name : ''))).toEqual(['Each', 'A', 'A'])
  expect(new Set(events.map(({ execution }) => execution.name))).toEqual(new Set(['r']))
})

test('fails for a task without a timeout, and names it', () => {
  const { TimeoutSeconds: _, ...endless } = task('a')
  expect(() => machine({ StartAt: 'A', States: { A: endless } }, async () => null)).toThrow(
    /"A" has no TimeoutSeconds/,
  )
})
