// The page of costs and limits is computed from the model that `estimate` uses.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { recomputed, SCALE_PAGE } from './scale-page.ts'

test('its tables are those of the model; `npm run docs` writes them again', () => {
  const page = readFileSync(SCALE_PAGE, 'utf8')
  expect(page).toBe(recomputed(page))
})

test('a page that has lost a place for a table is not accepted', () => {
  expect(() => recomputed('# Scale')).toThrow('no place for the table "unchanged"')
})
