// The S3 keys of a run's documents.
import { expect, test } from 'vitest'
import * as keys from '../../mirror/keys.ts'
import { regionTarget } from '../../mirror/target.ts'

const HOME = regionTarget('us-east-1')

test('everything that a run writes is under its name', () => {
  expect([
    keys.planKey('r'),
    keys.listKey('r'),
    keys.resolvedKey('r', '00001-redis'),
    keys.resolvingKey('r', '00001-redis'),
    keys.orderKey('r', '00001-redis', HOME),
    keys.resultKey('r', '00001-redis', HOME),
    keys.resultsPrefix('r'),
    keys.reportKey('r'),
    keys.pageKey('r'),
    keys.rerunKey('r'),
  ]).toEqual([
    'runs/r/plan.json',
    'runs/r/list.json',
    'runs/r/images/00001-redis/resolved.json',
    'runs/r/images/00001-redis/resolving.json',
    'runs/r/images/00001-redis/us-east-1/order.json',
    'runs/r/images/00001-redis/us-east-1/result.json',
    'runs/r/results',
    'runs/r/report.json',
    'runs/r/report.html',
    'runs/r/rerun.json',
  ])
})

test('a result is beside its order', () => {
  const order = keys.orderKey('r', '00001-redis', HOME)
  expect(keys.resultKeyOf(order)).toBe(keys.resultKey('r', '00001-redis', HOME))
})

test('an order says whose it is', () => {
  const order = keys.orderKey('r', '00001-redis', HOME)
  expect(keys.pairOfOrder(order)).toEqual({ run: 'r', id: '00001-redis', target: 'us-east-1' })
  const other = keys.orderKey('r', '00001-redis', { id: 'prod/us-east-1' })
  expect(other).toBe('runs/r/images/00001-redis/prod_us-east-1/order.json')
  expect(keys.pairOfOrder(other)).toMatchObject({ target: 'prod/us-east-1' })
  expect(keys.pairOfOrder('runs/r/order.json')).toEqual({})
})

test('a target with a slash in its id is one folder in all keys', () => {
  const target = { id: 'prod/us-east-1' }
  const ofPair = [keys.orderKey, keys.resultKey, keys.warningsKey, keys.keptKey]
  expect(ofPair.map((keyOf) => keyOf('r', '00001-redis', target))).toEqual(
    ['order', 'result', 'warnings', 'kept'].map(
      (name) => `runs/r/images/00001-redis/prod_us-east-1/${name}.json`,
    ),
  )
  expect(keys.refusalKey(target, 'mirror/redis', { digest: 'sha256:1' })).toBe(
    'refused/prod_us-east-1/mirror/redis/sha256:1.json',
  )
})

test('each schedule has a document of its own, whatever its expression is made of', () => {
  expect(keys.freshnessKey('rate(1 day)')).toBe('freshness/rate_281_20day_29.json')
  const expressions = [
    'cron(0 3 * * ? *)',
    'cron(0 3 ? * * *)',
    'cron(0 3 * * ?_2a)',
    'rate(1 day)',
    'rate 1 day',
  ]
  expect(new Set(expressions.map(keys.freshnessKey)).size).toBe(expressions.length)
})

test('what is remembered of an image depends on its platforms, however they are spelt', () => {
  const source = { registry: 'docker.io', repository: 'library/redis' }
  const select = { include: ['7.4'], exclude: [] }
  const keyOf = (settings: Parameters<typeof keys.rememberedKey>[0]['settings']) =>
    keys.rememberedKey({ source, select, settings })
  expect(keyOf({})).toBe('artifacts/docker.io/library/redis/7_2e4.json')
  expect(keyOf({ platforms: ['all'] })).toBe(keyOf({}))
  expect(keyOf({ platforms: ['linux/arm64'] })).toBe(keyOf({ platforms: ['linux/aarch64'] }))
  const several = [
    {},
    { platforms: ['linux/arm64'] },
    { platforms: ['linux/arm64'], as: 'manifest' as const },
  ]
  expect(new Set(several.map(keyOf)).size).toBe(3)
})

test('the record of a repository lasts, and cannot meet that of another one', () => {
  expect(keys.stateKey('mirror/library/redis')).toBe('state/mirror/library/redis/_state.json')
  const names = ['a', 'aA', 'a_41', 'a!41', 'a/_state.json', 'a/b', 'a/.', 'a/..', '../b', 'A', 'a//b', '']
  const written = names.map(keys.stateKey)
  expect(new Set(written).size).toBe(names.length)
  for (const key of written) {
    expect(key.split('/').filter((part) => part === '.' || part === '..')).toEqual([])
    expect(written.filter((other) => other.startsWith(`${key}/`))).toEqual([])
  }
})
