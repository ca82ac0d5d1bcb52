import { expect, test } from 'vitest'
import { renderMatrix } from '../../../cli/run/matrix.ts'
import type { PairProgress, PairState } from '../../../local/stepfunctions/progress.ts'

function pair(image: string, target: string, state: PairState): PairProgress {
  return { id: image, image, target, state }
}
const two = [
  pair('docker.io/library/redis:7.4', 'us-east-1', 'synced'),
  pair('docker.io/library/redis:7.4', 'eu-west-1', 'syncing'),
  pair('pause', 'us-east-1', 'failed'),
]

test('draws images as rows, targets as columns, and the progress', () => {
  expect(renderMatrix(two, { columns: 100, rows: 24 })).toEqual([
    '                             us-east-1    eu-west-1',
    'docker.io/library/redis:7.4  ✓ synced     ▶ syncing',
    'pause                        ✗ failed',
    '2 of 3 pairs done: 1 synced, 1 syncing, 1 failed',
  ])
})

test('truncates long names so that no line wraps', () => {
  const lines = renderMatrix(two, { columns: 50, rows: 24 })
  expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThan(50)
  expect(lines[1]).toContain('…')
})

test('draws only the progress on a narrow terminal', () => {
  expect(renderMatrix(two, { columns: 30, rows: 24 })).toHaveLength(1)
})

test('draws the active images if not all fit', () => {
  const many = Array.from({ length: 50 }, (_, index) => pair(`image-${index}`, 'us-east-1', 'inSync'))
  const lines = renderMatrix([...many, pair('busy', 'us-east-1', 'syncing')], { columns: 80, rows: 10 })
  expect(lines).toHaveLength(9)
  expect(lines.join('\n')).toContain('busy')
  expect(lines.at(-2)).toBe('and 45 more images')
})

test('paints whole cells, so that columns stay aligned', () => {
  const paint = (text: string, state: PairState) => `<${state}:${text}>`
  const lines = renderMatrix(two, { columns: 100, rows: 24, paint })
  expect(lines[1]).toBe('docker.io/library/redis:7.4  <synced:✓ synced   >  <syncing:▶ syncing  >')
})
