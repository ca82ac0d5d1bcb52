// The program's environment, as the project and CodeBuild make it.
import { expect, test } from 'vitest'
import { readEnvironment } from '../../sync/environment.ts'

const BASE = { WORK_BUCKET: 'work-bucket', ORDER_KEY: 'runs/test/order.json' }

test('an order and a bucket are enough', () => {
  expect(readEnvironment(BASE, 0)).toEqual({ bucket: 'work-bucket', orderKey: 'runs/test/order.json' })
})

test('a build ends itself a minute before its time is up, counted from its own start', () => {
  const env = { ...BASE, TIME_LIMIT_SECONDS: '900', CODEBUILD_START_TIME: '1000000' }
  expect(readEnvironment(env, 1_200_000).deadline).toBe(1_000_000 + 840_000)
})

test('outside CodeBuild the time counts from now', () => {
  expect(readEnvironment({ ...BASE, TIME_LIMIT_SECONDS: '120' }, 5_000).deadline).toBe(65_000)
})

test.each([
  ['WORK_BUCKET', { ...BASE, WORK_BUCKET: '' }],
  ['ORDER_KEY', { WORK_BUCKET: BASE.WORK_BUCKET }],
  ['TIME_LIMIT_SECONDS', { ...BASE, TIME_LIMIT_SECONDS: 'soon' }],
])('%s that is missing or wrong is named', (name, env) => {
  expect(() => readEnvironment(env, 0)).toThrow(name)
})
