// Every proof in docs/registries.md is the title of a test, and every test named after a row is on the page.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = readFileSync(join(ROOT, 'docs/registries.md'), 'utf8')
const TABLES = ['row', 'must', 'case'] as const
const COUNTS = { row: 77, must: 44, case: 40 }

interface Row {
  readonly table: (typeof TABLES)[number]
  readonly number: number
  readonly cells: readonly string[]
}

interface Title {
  /** The rows in its name. */
  readonly rows: readonly number[]
  readonly text: string
}

/** The numbered rows of the page's tables. The first word of its head identifies a table. */
function rowsOf(page: string): Row[] {
  let table: Row['table'] | undefined
  return page.split('\n').flatMap((line) => {
    if (!line.startsWith('|')) return []
    const [first = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
    table = TABLES.find((name) => name === first) ?? table
    return table !== undefined && /^\d+$/.test(first) ? [{ table, number: Number(first), cells }] : []
  })
}

/** All texts that may be titles: the first argument of a call, or the first value of a table's row. */
function titlesOf(source: string): Title[] {
  return [...source.matchAll(/(?:^|[([])\s*(['"`])((?:\\.|(?!\1).)*)\1/gm)].map(([, , literal = '']) => {
    const [, rows = '', rest = ''] = /^(rows? [\d and]+: )?(.*)$/.exec(literal) ?? []
    return { rows: (rows.match(/\d+/g) ?? []).map(Number), text: rest.replaceAll(/%[a-z]|\$\w+/g, '…') }
  })
}

const known = new Map<string, readonly Title[]>()

function titlesIn(name: string): readonly Title[] {
  const file = join(ROOT, 'test', `${name}.test.ts`)
  const titles = known.get(name) ?? (existsSync(file) ? titlesOf(readFileSync(file, 'utf8')) : [])
  known.set(name, titles)
  return titles
}

/** Problems of a row's proofs. */
function problemsOf({ table, number, cells }: Row): string[] {
  const where = `${table} ${number}`
  const shown = (table === 'case' ? cells[0] : cells.at(-1)) ?? ''
  // A row without a test gives the reason.
  if (/^Not shown: .{20,}\.$/.test(shown)) return []
  return shown.split('<br>').flatMap((proof) => {
    if (/^rows? \d+(, \d+)*$/.test(proof) && table === 'must')
      return proof.match(/\d+/g)?.flatMap(unknownRow) ?? []
    const [, name, title] = /^`([\w./-]+)` (.+)$/.exec(proof) ?? []
    if (name === undefined || title === undefined) return [`${where} names no test: ${proof}`]
    const found = titlesIn(name).filter(({ text }) => text === title)
    if (found.length === 0) return [`${where} is shown by nothing in ${name}: ${title}`]
    if (table !== 'row' || found.some(({ rows }) => rows.includes(number))) return []
    return [`${where} is shown by a test that has another name: ${title}`]
  })
}

function unknownRow(number: string): string[] {
  return rowsOf(PAGE).some((row) => row.table === 'row' && row.number === Number(number))
    ? []
    : [`there is no row ${number}`]
}

/** All tests that are named after a row, in the page's format. */
function namedTests(): string[] {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.test\.ts$/, '').replaceAll('\\', '/'))
    .flatMap((name) =>
      titlesIn(name).flatMap(({ rows, text }) => rows.map((row) => `${row} \`${name}\` ${text}`)),
    )
}

test.each(TABLES)('every %s has its number, and nothing is said twice', (table) => {
  const numbers = rowsOf(PAGE)
    .filter((row) => row.table === table)
    .map(({ number }) => number)
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  expect(numbers.length).toBeGreaterThanOrEqual(COUNTS[table])
  const lines = rowsOf(PAGE)
    .filter((row) => row.table === table)
    .map(({ cells }) => cells.join('|'))
  expect(new Set(lines).size).toBe(lines.length)
})

test('every row is shown by a test that exists and is named after it, or says why there is none', () => {
  expect(rowsOf(PAGE).flatMap(problemsOf)).toEqual([])
})

test('every test that is named after a row is on the page', () => {
  const listed = rowsOf(PAGE)
    .filter(({ table }) => table === 'row')
    .flatMap(({ number, cells }) => (cells.at(-1) ?? '').split('<br>').map((proof) => `${number} ${proof}`))
  expect(namedTests().filter((one) => !listed.includes(one))).toEqual([])
})

test.each([
  ['a file that does not exist', '`registry/nothing` a title'],
  ['a title that does not exist', '`registry/auth/auth` no such title'],
  ['a test of another row', '`registry/auth/auth` fifty requests at once fetch one token'],
  ['nothing', ''],
  ['an excuse', 'Not shown: no.'],
])('a row that is shown by %s is noticed', (_, shown) => {
  const [row] = rowsOf(`| row | does | we do | shown by |\n| 1 | this | that | ${shown} |`)
  expect(row && problemsOf(row)).toHaveLength(1)
})
