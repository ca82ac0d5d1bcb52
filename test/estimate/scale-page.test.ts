// docs/scale.md matches the model that `estimate` uses.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { costsOf, totalOf } from '../../estimate/costs.ts'
import { DESIGNS, monthOf } from '../../estimate/designs.ts'
import { type UniformList, uniformWorkload } from '../../estimate/uniform.ts'
import { compared, recomputed, SCALE_PAGE, SIZES } from './scale-page.ts'

test('has the tables of the current model (npm run docs rewrites them)', () => {
  const page = readFileSync(SCALE_PAGE, 'utf8')
  expect(page).toBe(recomputed(page))
})

test('rejects a page without the mark of a table', () => {
  expect(() => recomputed('# Scale')).toThrow('no mark for the table "unchanged"')
})

/** Monthly cost relative to this design, by design and size. */
const relativeCosts = DESIGNS.map((design) =>
  SIZES.map((size) => monthOf(design, compared(size)).dollars / ourMonth(compared(size))),
)
const [, onLambda, batch, perRegion, perImage, perPush, mesh] = relativeCosts

test.each([
  ['image-mirror on Lambda', onLambda],
  ['Batch', batch],
  ['a build per push', perPush],
])('is right that %s costs less per month at every size', (_name, parts = []) => {
  for (const part of parts) expect(part).toBeLessThan(1)
})

test('is right that a stack per region costs more at 10 x 2, and least of the designs that copy from upstream from 100 x 5 on', () => {
  const [first, ...larger] = perRegion ?? []
  expect(first).toBeGreaterThan(1)
  for (const [at, part] of larger.entries()) {
    for (const other of [onLambda, batch, perImage]) expect(part).toBeLessThan(other?.[at + 1] ?? 0)
  }
})

test('is right that a build per image costs about the same up to 100 x 5, and less beyond', () => {
  const [first, second, ...larger] = perImage ?? []
  for (const part of [first, second]) expect(Math.abs((part ?? 0) - 1)).toBeLessThan(0.05)
  for (const part of larger) expect(part).toBeLessThan(0.75)
})

test('is right that the mesh costs less, and from 100 x 5 on only slightly less', () => {
  const [first, ...larger] = mesh ?? []
  expect(first).toBeLessThan(0.8)
  for (const part of larger) expect(part).toBeGreaterThan(0.8)
  for (const part of larger) expect(part).toBeLessThan(1)
})

test('is right that a scheduled build per image costs most if nothing has changed', () => {
  for (const size of SIZES) {
    const [most] = DESIGNS.map((design) => ({ name: design.name, ...design.run(compared(size), 0) })).sort(
      (a, b) => b.dollars - a.dollars,
    )
    expect(most?.name).toBe('a scheduled build per image')
  }
})

function ourMonth(work: UniformList): number {
  return totalOf({ ...costsOf(uniformWorkload(work)), storage: 0, monitoring: 0 })
}
