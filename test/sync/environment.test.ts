// The program's environment, as set by the project and CodeBuild.
import { expect, test } from 'vitest'
import { readEnvironment } from '../../sync/environment.ts'

const BASE = { WORK_BUCKET: 'work-bucket', ORDER_KEY: 'runs/test/order.json' }

test('needs only an order and a bucket', () => {
  expect(readEnvironment(BASE, 0)).toEqual({
    bucket: 'work-bucket',
    orderKey: 'runs/test/order.json',
    round: 0,
    writers: 1,
    started: 0,
  })
})

test('ends a build two minutes before its time limit', () => {
  expect(readEnvironment({ ...BASE, TIME_LIMIT_SECONDS: '900' }, 5_000).deadline).toBe(5_000 + 780_000)
})

test('reads the number of concurrent writers of the region', () => {
  expect(readEnvironment({ ...BASE, WRITERS_PER_REGION: '10' }, 0).writers).toBe(10)
})

test('does not count the time in the queue', () => {
  const env = { ...BASE, TIME_LIMIT_SECONDS: '900', CODEBUILD_START_TIME: '1' }
  expect(readEnvironment(env, 7_200_000).deadline).toBe(7_200_000 + 780_000)
})

test('reads when the build was requested, and ignores a time in another form', () => {
  expect(readEnvironment({ ...BASE, CODEBUILD_START_TIME: '1764464400000' }, 0).queued).toBe(
    1_764_464_400_000,
  )
  for (const CODEBUILD_START_TIME of ['', 'soon', '-1', '9'.repeat(400)])
    expect(readEnvironment({ ...BASE, CODEBUILD_START_TIME }, 7)).not.toHaveProperty('queued')
})

test.each([
  ['WORK_BUCKET', { ...BASE, WORK_BUCKET: '' }],
  ['ORDER_KEY', { WORK_BUCKET: BASE.WORK_BUCKET }],
  ['TIME_LIMIT_SECONDS', { ...BASE, TIME_LIMIT_SECONDS: 'soon' }],
  ['WRITERS_PER_REGION', { ...BASE, WRITERS_PER_REGION: '0' }],
])('names %s if it is missing or invalid', (name, env) => {
  expect(() => readEnvironment(env, 0)).toThrow(name)
})
