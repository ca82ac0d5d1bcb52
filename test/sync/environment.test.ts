// The program's environment, as set by the project and CodeBuild.
import { expect, test } from 'vitest'
import { readEnvironment } from '../../sync/environment.ts'

const BASE = { WORK_BUCKET: 'work-bucket', ORDER_KEY: 'runs/test/order.json' }

test('an order and a bucket are enough', () => {
  expect(readEnvironment(BASE, 0)).toEqual({
    bucket: 'work-bucket',
    orderKey: 'runs/test/order.json',
    round: 0,
    writers: 1,
  })
})

test('a build ends itself two minutes before its time is up', () => {
  expect(readEnvironment({ ...BASE, TIME_LIMIT_SECONDS: '900' }, 5_000).deadline).toBe(5_000 + 780_000)
})

test('it is told how many others may write to its region', () => {
  expect(readEnvironment({ ...BASE, WRITERS_PER_REGION: '10' }, 0).writers).toBe(10)
})

test('the time in the queue does not count', () => {
  const env = { ...BASE, TIME_LIMIT_SECONDS: '900', CODEBUILD_START_TIME: '1' }
  expect(readEnvironment(env, 7_200_000).deadline).toBe(7_200_000 + 780_000)
})

test.each([
  ['WORK_BUCKET', { ...BASE, WORK_BUCKET: '' }],
  ['ORDER_KEY', { WORK_BUCKET: BASE.WORK_BUCKET }],
  ['TIME_LIMIT_SECONDS', { ...BASE, TIME_LIMIT_SECONDS: 'soon' }],
  ['WRITERS_PER_REGION', { ...BASE, WRITERS_PER_REGION: '0' }],
])('%s that is missing or wrong is named', (name, env) => {
  expect(() => readEnvironment(env, 0)).toThrow(name)
})
