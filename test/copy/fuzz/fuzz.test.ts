// A small sample of the five thousand cases of `node test/copy/fuzz/main.ts`.
import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'

test('reports everything that it does not copy, and copies nothing wrong, whatever the servers do', async () => {
  const figures = await fuzz({ cases: 60, seed: 9_000 })
  expect(figures).toMatchObject({ cases: 60, findings: [], unhandled: [] })
  expect(figures.succeeded).toBeGreaterThan(20)
  expect(figures.struck).toBeGreaterThan(200)
}, 600_000)
