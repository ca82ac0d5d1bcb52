// The page of costs and limits is computed from the model that `estimate` uses.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DESIGNS, monthOf } from '../../estimate/designs.ts'
import { costsOf, totalOf, type Workload } from '../../estimate/estimate-model.ts'
import { compared, recomputed, SCALE_PAGE, SIZES } from './scale-page.ts'

test('its tables are those of the model; `npm run docs` writes them again', () => {
  const page = readFileSync(SCALE_PAGE, 'utf8')
  expect(page).toBe(recomputed(page))
})

test('a page that has lost a place for a table is not accepted', () => {
  expect(() => recomputed('# Scale')).toThrow('no place for the table "unchanged"')
})

/** Of the month of this one, by design and size. */
const partsOfOurMonth = DESIGNS.map((design) =>
  SIZES.map((size) => monthOf(design, compared(size)).dollars / ourMonth(compared(size))),
)
const [, onLambda, batch, perRegion, perImage, perPush, mesh] = partsOfOurMonth

test.each([
  ['this one on Lambda', onLambda],
  ['Batch', batch],
  ['a build per push', perPush],
])('it says that %s costs less in a month at every size', (_name, parts = []) => {
  for (const part of parts) expect(part).toBeLessThan(1)
})

test('it says that a stack per region costs more at first, and from 100 x 5 on least of what copies from upstream', () => {
  const [first, ...larger] = perRegion ?? []
  expect(first).toBeGreaterThan(1)
  for (const [at, part] of larger.entries()) {
    for (const other of [onLambda, batch, perImage]) expect(part).toBeLessThan(other?.[at + 1] ?? 0)
  }
})

test('it says that a build per image costs as much up to 100 x 5, and less beyond', () => {
  const [first, second, ...larger] = perImage ?? []
  for (const part of [first, second]) expect(Math.abs((part ?? 0) - 1)).toBeLessThan(0.05)
  for (const part of larger) expect(part).toBeLessThan(0.75)
})

test('it says that the mesh costs less too, and from 100 x 5 on nearly as much', () => {
  const [first, ...larger] = mesh ?? []
  expect(first).toBeLessThan(0.8)
  for (const part of larger) expect(part).toBeGreaterThan(0.8)
  for (const part of larger) expect(part).toBeLessThan(1)
})

test('it says that with nothing changed, none costs as much as a scheduled build per image', () => {
  for (const size of SIZES) {
    const [most] = DESIGNS.map((design) => ({ name: design.name, ...design.run(compared(size), 0) })).sort(
      (a, b) => b.dollars - a.dollars,
    )
    expect(most?.name).toBe('a scheduled build per image')
  }
})

function ourMonth(work: Workload): number {
  return totalOf({ ...costsOf(work), storage: 0 })
}
