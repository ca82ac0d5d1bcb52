import { expect, test } from 'vitest'
import { isOpen } from '../../../../mirror/list/tags/is-open.ts'

test.each([
  [{}, true],
  [{ include: ['7.4', '/^8/'] }, true],
  [{ include: ['7.4'], semver: '>=8' }, true],
  [{ include: ['7.4'], variant: 'alpine' }, true],
  [{ include: ['7.4', '8'] }, false],
])('%j takes further tags: %s', (tags, expected) => {
  expect(isOpen(tags)).toBe(expected)
})
