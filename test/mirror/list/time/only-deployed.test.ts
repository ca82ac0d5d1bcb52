// What an execution's own list must not ask for.
import { expect, test } from 'vitest'
import { customList, parseCustomList } from '../../../../mirror/list/parse-list.ts'
import { listOf } from '../../lists.ts'

const list = listOf({ images: ['redis'], regions: ['us-east-1'], defaults: { prune: true } })
const deployed = { list }

test.each([
  ['prune', { source: 'redis:7', prune: true }, /images\[0\]\.prune: applies only to the deployed list/],
  [
    'expires with prune',
    JSON.parse('{"source": "redis:7", "expires": {"on": "2027-06-30", "then": "prune"}}'),
    /images\[0\]\.expires\.then: applies only/,
  ],
])('refuses %s', (_, image, message) => {
  expect(() => customList([image], 'input', deployed)).toThrow(message)
})

test('refuses prune in defaults, with its line', () => {
  const text = 'images: [redis:7]\ndefaults:\n  prune: {gone: true}\n'
  expect(() => parseCustomList(text, 's3://b/k', deployed)).toThrow(
    /s3:\/\/b\/k:3: defaults\.prune: applies only/,
  )
})

test('does not inherit it, and takes an own date', () => {
  const own = customList(
    [{ source: 'redis:7', expires: '2027-06-30', prune: false }, 'redis:8'],
    'input',
    deployed,
  )
  expect(own.defaults).not.toHaveProperty('prune')
})
