// The comparison uses the figures of `estimate` for this design.
import { expect, test } from 'vitest'
import { costsOf } from '../../estimate/costs.ts'
import { BUILD_ALLOWED_SECONDS, DESIGNS, monthOf } from '../../estimate/designs.ts'
import { hoursOf } from '../../estimate/durations.ts'
import { OTHER_DESIGNS } from '../../estimate/other-designs.ts'
import { uniformWorkload } from '../../estimate/uniform.ts'
import { BUILD_RUNNING } from '../../statemachine/timeouts.ts'
import { LIST } from './workload.ts'

const [onInstances, onLambda] = DESIGNS

test('lists image-mirror first', () => {
  expect(DESIGNS.slice(2)).toEqual(OTHER_DESIGNS)
})

test.each([
  ['ec2', onInstances],
  ['lambda', onLambda],
] as const)('computes the same monthly cost on %s as `estimate`, without storage', (compute, design) => {
  if (!design) throw new Error('no such design')
  const { storage: _, monitoring: __, ...costs } = costsOf(uniformWorkload({ ...LIST, compute }))
  const total = Object.values(costs).reduce((sum, cost) => sum + cost, 0)
  expect(monthOf(design, LIST).dollars).toBeCloseTo(total)
  expect(monthOf(design, LIST).starts).toBeCloseTo(7 * 4)
})

test('computes the same duration of a run as `estimate`', () => {
  const { unchanged, changed } = hoursOf(uniformWorkload(LIST))
  expect(onInstances?.run(LIST, 0).hours).toBe(unchanged)
  expect(onInstances?.run(LIST, 1).hours).toBeCloseTo(changed)
})

test('limits builds to the timeout of the state machine', () => {
  expect(BUILD_ALLOWED_SECONDS.ec2).toBe(BUILD_RUNNING.toSeconds())
  expect(onInstances?.run(LIST, 1).longest).toEqual({ seconds: 30, allowedSeconds: 7200 })
})

test.each(DESIGNS.map((design) => [design.name, design] as const))(
  '%s: a month is its runs, and what it costs to be there',
  (_name, design) => {
    const still = monthOf(design, { ...LIST, changesPerMonth: 0 })
    expect(still.dollars).toBeCloseTo(30 * design.run(LIST, 0).dollars + design.standing(LIST))
    const always = monthOf(design, { ...LIST, changesPerMonth: 30 })
    expect(always.dollars).toBeCloseTo(30 * design.run(LIST, 1).dollars + design.standing(LIST))
    expect(always.starts).toBeCloseTo(30 * design.run(LIST, 1).starts)
  },
)
