import { expect, test } from 'vitest'
import {
  describeMutability,
  mutabilityOf,
  protectsAsMuch,
  sameMutability,
} from '../../../mirror/repositories/mutability.ts'

const MUTABLE = mutabilityOf(false)
const IMMUTABLE = mutabilityOf(true)
const but = (...except: string[]) => mutabilityOf({ except })
const only = (...filters: string[]) => ({ mode: 'MUTABLE_WITH_EXCLUSION', filters })

test('compares filters as sets', () => {
  expect(sameMutability(but('a', 'b'), but('b', 'a'))).toBe(true)
  expect(sameMutability(but('a', 'b'), but('a'))).toBe(false)
  expect(sameMutability(IMMUTABLE, but('a'))).toBe(false)
})

test.each([
  [MUTABLE, IMMUTABLE, true],
  [MUTABLE, but('latest'), true],
  [IMMUTABLE, MUTABLE, false],
  [IMMUTABLE, but('latest'), false],
  [but('latest'), IMMUTABLE, true],
  [but('latest'), MUTABLE, false],
  [but('latest', 'dev-*'), but('latest'), true],
  [but('latest'), but('latest', 'dev-*'), false],
  [only('v*'), but('latest'), false],
  [only('v*'), IMMUTABLE, true],
  [only('v*'), only('v*', 'r*'), true],
  [only('v*', 'r*'), only('v*'), false],
])('from %j to %j protects as much: %j', (before, after, expected) => {
  expect(protectsAsMuch(before, after)).toBe(expected)
})

test('describes what can be moved', () => {
  expect(describeMutability(MUTABLE)).toBe('mutable')
  expect(describeMutability(but('sha256-*', 'latest'))).toBe('immutable, except for latest, sha256-*')
})
