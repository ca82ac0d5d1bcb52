// Executes one image: its waves and regions, the input of each pair, and the isolation of failed pairs.
import { expect, test } from 'vitest'
import { pairStateSchema, resolveInputSchema } from '../../mirror/contract.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { execute, imageInput, POINTER, ServiceError } from './execute.ts'

const inSync = () => ({ status: 'inSync' })

function regionOf(input: Record<string, unknown>): string {
  return pairStateSchema.parse(input).target.id
}

test('Resolve is given the run and the image', async () => {
  const { calls } = await execute(imageInput([['us-east-1']]), { diff: inSync })
  expect(calls.resolve.map((input) => resolveInputSchema.parse(input).image.id)).toEqual(['00001-redis'])
})

test('the waves follow each other, and end in the order of the plan', async () => {
  const { end, calls } = await execute(imageInput([['us-east-1'], ['eu-west-1', 'ap-southeast-2']]), {
    diff: inSync,
  })
  expect(calls.diff.map(regionOf)[0]).toBe('us-east-1')
  expect(end).toEqual({
    id: '00001-redis',
    waves: [
      [{ target: 'us-east-1', outcome: 'inSync' }],
      [
        { target: 'eu-west-1', outcome: 'inSync' },
        { target: 'ap-southeast-2', outcome: 'inSync' },
      ],
    ],
  })
})

test('a wave starts when the last one has ended, and its regions go side by side', async () => {
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

test('each pair is given its region and what was resolved', async () => {
  const { calls } = await execute(imageInput([['us-east-1', 'eu-west-1']]), { diff: inSync })
  const pairs = calls.diff.map((input) => pairStateSchema.parse(input))
  expect(pairs.map(({ target }) => target.id).sort()).toEqual(['eu-west-1', 'us-east-1'])
  expect(pairs.every(({ resolved }) => resolved.key === POINTER.key)).toBe(true)
})

test('a region that fails stops neither its neighbours nor the next wave', async () => {
  const diff = (input: Record<string, unknown>) => {
    if (regionOf(input) === 'us-east-1') throw new ServiceError(ErrorName.AccessDenied, 'no')
    return inSync()
  }
  const { end } = await execute(imageInput([['us-east-1', 'us-west-2'], ['eu-west-1']]), { diff })
  expect(end.waves).toEqual([
    [
      { target: 'us-east-1', caught: { Error: ErrorName.AccessDenied, Cause: 'no' } },
      { target: 'us-west-2', outcome: 'inSync' },
    ],
    [{ target: 'eu-west-1', outcome: 'inSync' }],
  ])
})

test('an image that cannot be resolved ends with its error, and no region is looked at', async () => {
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

test('a source that asks to slow down is asked again, and then found', async () => {
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
