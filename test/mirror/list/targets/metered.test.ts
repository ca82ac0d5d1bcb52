// `metrics.byTarget`: which targets have metrics of their own, and how many may.
import { expect, test } from 'vitest'
import { parseCustomList, parseList } from '../../../../mirror/list/parse-list.ts'
import { meteredTargets } from '../../../../mirror/list/targets/metered.ts'

const TARGETS = {
  prod: { account: '210987654321', regions: ['us-east-1', 'eu-west-1'] },
  harbor: { registry: 'harbor.example.com', namespace: 'mirror' },
}

const listWith = (settings: object) =>
  parseList(JSON.stringify({ regions: ['us-east-1'], images: ['redis'], ...settings }), 'list.json')

test('are all targets of the list, by their ids', () => {
  const list = listWith({ targets: TARGETS, defaults: { targets: ['harbor'] }, metrics: { byTarget: true } })
  expect(meteredTargets(list)).toEqual(['us-east-1', 'prod/us-east-1', 'prod/eu-west-1', 'harbor'])
})

test.each([{}, { metrics: {} }, { metrics: { byTarget: false } }])('are none with %j', (settings) => {
  expect(meteredTargets(listWith({ targets: TARGETS, ...settings }))).toEqual([])
})

/** Registries by name. */
const many = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`t${index}`, { registry: `r${index}.example.com` }]),
  )

test('refuses more than 50, because each costs', () => {
  const metrics = { byTarget: true }
  expect(meteredTargets(listWith({ targets: many(49), metrics }))).toHaveLength(50)
  expect(() => listWith({ targets: many(50), metrics })).toThrow(
    'metrics.byTarget: the list has 51 targets, and at most 50 can have metrics of their own, because each of these is billed; remove it',
  )
  expect(() => listWith({ targets: many(50) })).not.toThrow()
})

test("an execution's own list cannot set it", () => {
  const text = JSON.stringify({ images: ['redis'], metrics: { byTarget: true } })
  expect(() => parseCustomList(text, 'own.json', { list: listWith({}) })).toThrow('metrics')
})
