import { expect, test } from 'vitest'
import { canRedraw, eraseLines, widthOf } from '../../../cli/terminal/terminal.ts'

const screen = (more: object) => ({ isTTY: true, columns: 80, rows: 24, write: () => {}, ...more })

test.each([
  ['a terminal', {}, { TERM: 'xterm' }, true],
  ['a pipe', { isTTY: false }, { TERM: 'xterm' }, false],
  ['a dumb terminal', {}, { TERM: 'dumb' }, false],
  ['NO_COLOR', {}, { TERM: 'xterm', NO_COLOR: '1' }, false],
  ['an empty NO_COLOR, which counts as none', {}, { TERM: 'xterm', NO_COLOR: '' }, true],
])('decides for %s whether to redraw', (_, more, env, expected) => {
  expect(canRedraw(screen(more), env)).toBe(expected)
})

test('leaves the last column free, and returns a width only for a terminal', () => {
  expect(widthOf(screen({}))).toBe(79)
  expect(widthOf(screen({ columns: 0 }))).toBe(79)
  expect(widthOf(screen({ isTTY: false }))).toBe(Number.POSITIVE_INFINITY)
})

test('erases from the first column, and ignores colours in the row count', () => {
  expect(eraseLines([], screen({}))).toBe('')
  expect(eraseLines(['', `\x1b[32m${'x'.repeat(80)}\x1b[39m`], screen({}))).toBe('\r\x1b[2A\x1b[J')
  expect(eraseLines(['x'.repeat(81)], screen({}))).toBe('\r\x1b[2A\x1b[J')
  expect(
    eraseLines(
      Array.from({ length: 40 }, () => 'x'),
      screen({ rows: 10 }),
    ),
  ).toBe('\r\x1b[9A\x1b[J')
})
