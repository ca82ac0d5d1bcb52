// A small sample of the ten thousand copies of `node test/copy/faults/main.ts`.
import { expect, test } from 'vitest'
import { copyWithFaults } from './copies.ts'

test('completes every copy with a transient fault at one request in twenty', async () => {
  const figures = await copyWithFaults({ seed: 20_261_121, copies: 60, rate: 0.05, spoil: false })
  expect(figures).toMatchObject({ succeeded: 60, wrong: 0, half: 0, errors: [] })
  expect(figures.faults).toBeGreaterThan(60)
})

test('never publishes wrong bytes', async () => {
  const figures = await copyWithFaults({ seed: 4_711, copies: 60, rate: 0.1 })
  expect(figures).toMatchObject({ wrong: 0, half: 0 })
  expect(figures.succeeded).toBeGreaterThan(50)
})
