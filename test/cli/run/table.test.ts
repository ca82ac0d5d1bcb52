import { expect, test } from 'vitest'
import { renderTable } from '../../../cli/run/table.ts'
import type { RunDocument } from '../../../local/run-document.ts'

type Pair = RunDocument['pairs'][number]

function pair(image: string, more: Partial<Pair> = {}): Pair {
  return {
    image,
    target: 'us-east-1',
    repository: image,
    outcome: 'synced',
    tags: [],
    bytes: 0,
    seconds: 0,
    ...more,
  }
}
const digest = `sha256:${'0'.repeat(64)}`

test('prints a line per pair in aligned columns', () => {
  const pairs = [
    pair('redis:7.4', { tags: [{ tag: '7.4', digest }], bytes: 12_345_678, seconds: 3.21 }),
    pair('a/long/name', { target: 'eu-west-1', outcome: 'inSync', tags: [{ digest }] }),
  ]
  expect(renderTable(pairs)).toEqual([
    'image        target     outcome  tags                   bytes  seconds',
    'redis:7.4    us-east-1  synced   7.4                  12.3 MB    3.2 s',
    'a/long/name  eu-west-1  in sync  sha256:000000000000      0 B    0.0 s',
  ])
})

test('prints the first of many tags, and the number of the others', () => {
  const tags = Array.from({ length: 40 }, (_, index) => ({ tag: `v1.8.${index}`, digest }))
  expect(renderTable([pair('x', { tags })])[1]).toContain('v1.8.0, v1.8.1, v1.8.2, v1.8.3 +36 ')
})

test('prints only pairs that are not in sync if there are very many', () => {
  const pairs = Array.from({ length: 300 }, (_, index) => pair(`image-${index}`, { outcome: 'inSync' }))
  const lines = renderTable([...pairs, pair('broken', { outcome: 'failed' })])
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/^broken/)
  expect(lines[2]).toBe('and 300 more pairs, all in sync')
})

test('prints nothing without pairs', () => {
  expect(renderTable([])).toEqual([])
})
