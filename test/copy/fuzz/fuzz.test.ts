// A small sample of the five thousand cases of `node test/copy/fuzz/main.ts`.
import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

test('reports everything that it does not copy, and copies nothing wrong, whatever the servers do', async () => {
  const figures = await fuzz({ cases: 150, seed: 9_000 })
  expect(figures).toMatchObject({ cases: 150, findings: [], unhandled: [] })
  expect(figures.succeeded).toBeGreaterThan(50)
  expect(figures.struck).toBeGreaterThan(500)
}, 600_000)
