// For any order of events and builds, all regions end with the same content after a bounded number of runs.
import { expect, test } from 'vitest'
import { play, REGIONS } from './pushes-model.ts'

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed)
const MINUTES = 60

test.each([
  { renews: true, ecr: 'takes an old digest for a new push' },
  { renews: false, ecr: 'keeps the time of the first push of a digest' },
])('while copies come within minutes, the last push of all is everywhere (ECR $ecr)', async ({ renews }) => {
  for (const seed of SEEDS) {
    const { held, pushes, runs } = await play({
      seed,
      slowest: 5 * MINUTES,
      renews,
      from: 3,
      contents: 'new',
    })
    const last = pushes
      .map(({ time, digest }) => `${time} ${digest}`)
      .sort()
      .at(-1)
    expect(new Set(held).size, `seed ${seed}: ${held}`).toBe(1)
    expect(last, `seed ${seed}`).toContain(held[0])
    expect(runs, `seed ${seed}`).toBeLessThanOrEqual(pushes.length * REGIONS.length * 6)
  }
})

test('people who push to one region may roll back as they like, however long builds take', async () => {
  for (const seed of SEEDS) {
    const { held, pushes } = await play({
      seed,
      slowest: 5 * MINUTES,
      renews: false,
      from: 1,
      contents: 'old',
    })
    const last = pushes.map(({ time, digest }) => `${time} ${digest}`).at(-1)
    expect(new Set(held).size, `seed ${seed}: ${held}`).toBe(1)
    expect(last, `seed ${seed}`).toContain(held[0])
  }
})

test.each([
  { slowest: 5 * MINUTES, contents: 'old', from: 3 },
  { slowest: 60 * MINUTES, contents: 'new', from: 3 },
  { slowest: 60 * MINUTES, contents: 'old', from: 2 },
  { slowest: 600 * MINUTES, contents: 'old', from: 3 },
] as const)(
  'whoever pushes what, and whatever a build takes, all come to rest together: %o',
  async (props) => {
    for (const seed of SEEDS) {
      const { held, runs } = await play({ seed, renews: seed % 2 === 0, ...props })
      expect(new Set(held).size, `seed ${seed}: ${held}`).toBe(1)
      expect(runs, `seed ${seed}`).toBeLessThan(200)
    }
  },
)
