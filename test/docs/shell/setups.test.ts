// Setups belong to lines that the pages have.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { linesThatRun } from './lines.ts'
import { SETUPS, setupOf } from './setups.ts'

const LINES = linesThatRun()

test('the pages have lines to run', () => {
  expect(LINES.length).toBeGreaterThan(35)
})

test.each(SETUPS)('the setup of "$line" is of a line that a page has', (setup) => {
  expect(LINES.filter(({ page, line }) => setupOf(page, line) === setup)).not.toEqual([])
})

test.each(SETUPS.flatMap(({ shownBy }) => shownBy ?? []))('%s, which holds an output, exists', (file) => {
  expect(existsSync(join(import.meta.dirname, '../..', file))).toBe(true)
})
