// Executes one image: its waves and regions, the input of each pair, and the isolation of failed pairs.
import { expect, test } from 'vitest'
import { pairStateSchema, resolveInputSchema } from '../../mirror/contract.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { AT, execute, imageInput, POINTER, ServiceError } from './execute.ts'

const inSync = () => ({ status: 'inSync', at: AT })

function regionOf(input: Record<string, unknown>): string {
  return pairStateSchema.parse(input).target.id
}

test('passes the run and the image to Resolve', async () => {
  const { calls } = await execute(imageInput([['us-east-1']]), { diff: inSync })
  expect(calls.resolve.map((input) => resolveInputSchema.parse(input).image.id)).toEqual(['00001-redis'])
})

test('runs the waves in the order of the plan', async () => {
  const { end, calls } = await execute(imageInput([['us-east-1'], ['eu-west-1', 'ap-southeast-2']]), {
    diff: inSync,
  })
  expect(calls.diff.map(regionOf)[0]).toBe('us-east-1')
  expect(end).toEqual({
    id: '00001-redis',
    waves: [
      [{ target: 'us-east-1', outcome: 'inSync', at: AT }],
      [
        { target: 'eu-west-1', outcome: 'inSync', at: AT },
        { target: 'ap-southeast-2', outcome: 'inSync', at: AT },
      ],
    ],
  })
})

test('starts a wave after the previous one, and its regions concurrently', async () => {
  const events: string[] = []
  const diff = async (input: Record<string, unknown>) => {
    const region = regionOf(input)
    events.push(`${region} starts`)
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    events.push(`${region} ends`)
    return inSync()
  }
  await execute(imageInput([['us-east-1'], ['eu-west-1', 'us-west-2']]), { diff })
  expect(events).toEqual([
    'us-east-1 starts',
    'us-east-1 ends',
    'eu-west-1 starts',
    'us-west-2 starts',
    'eu-west-1 ends',
    'us-west-2 ends',
  ])
})

test('passes the region and the resolved tags to each pair', async () => {
  const { calls } = await execute(imageInput([['us-east-1', 'eu-west-1']]), { diff: inSync })
  const pairs = calls.diff.map((input) => pairStateSchema.parse(input))
  expect(pairs.map(({ target }) => target.id).sort()).toEqual(['eu-west-1', 'us-east-1'])
  expect(pairs.every(({ resolved }) => resolved.key === POINTER.key)).toBe(true)
})

test('a failed region stops neither other regions nor the next wave', async () => {
  const diff = (input: Record<string, unknown>) => {
    if (regionOf(input) === 'us-east-1') throw new ServiceError(ErrorName.AccessDenied, 'no')
    return inSync()
  }
  const { end } = await execute(imageInput([['us-east-1', 'us-west-2'], ['eu-west-1']]), { diff })
  expect(end.waves).toEqual([
    [
      { target: 'us-east-1', caught: { Error: ErrorName.AccessDenied, Cause: 'no' } },
      { target: 'us-west-2', outcome: 'inSync', at: AT },
    ],
    [{ target: 'eu-west-1', outcome: 'inSync', at: AT }],
  ])
})

test('ends an unresolved image with its error, before any Diff', async () => {
  const resolve = () => {
    throw new ServiceError(ErrorName.SourceNotFound, '{"errorMessage":"no such tag"}')
  }
  const { end, calls } = await execute(imageInput([['us-east-1']]), { resolve, diff: inSync })
  expect(end).toEqual({
    id: '00001-redis',
    caught: { Error: ErrorName.SourceNotFound, Cause: '{"errorMessage":"no such tag"}' },
  })
  expect(calls.diff).toHaveLength(0)
})

test('retries a rate-limited source until it resolves', async () => {
  let asked = 0
  const resolve = () => {
    asked += 1
    if (asked < 5) throw new ServiceError(ErrorName.RateLimited, 'slow down')
    return POINTER
  }
  const { end } = await execute(imageInput([['us-east-1']]), { resolve, diff: inSync })
  expect(end.waves).toHaveLength(1)
  expect(asked).toBe(5)
})
