// The comparison names keys, commands and tests that exist.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type JsonSchema, listJsonSchema } from '../../package/list-schema.ts'
import { codesIn, pages } from './pages.ts'

const ROOT = join(import.meta.dirname, '../..')

const ROWS = readFileSync(join(ROOT, 'docs/comparison.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| ?|\s*\|$/g, '').trim()))
  .filter(([first = '']) => !['project', 'feature'].includes(first))
  .map((cells) => ({
    feature: cells.slice(0, -2).join(': '),
    here: cells.at(-2) ?? '',
    shown: cells.at(-1) ?? '',
  }))

/** Words in code type that are neither keys of the list, commands nor files. */
const OTHERS = [
  'ImageMirror',
  'docker login',
  'start-execution',
  'images',
  'dryRun',
  '*',
  '{path}',
  '{name}',
  '{registry}',
]

/** The names of keys, wherever they are in the list. */
const KEYS = new Set(namesIn(listJsonSchema()))

function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([name, value]) => [
    ...(name === 'properties' ? Object.keys(value as JsonSchema) : []),
    ...namesIn(value),
  ])
}

const DOCS = pages()
  .map(({ text }) => text)
  .join('\n')

function isKnown(code: string): boolean {
  if (OTHERS.includes(code) || existsSync(join(ROOT, code))) return true
  if (code.startsWith('image-mirror ')) return DOCS.includes(code)
  if (/\.(?:json|html)$/.test(code)) return readFileSync(join(ROOT, 'mirror/keys.ts'), 'utf8').includes(code)
  return code.split('.').every((part) => KEYS.has(part))
}

test('has a row for each feature', () => {
  expect(ROWS.length).toBeGreaterThan(60)
})

test.each(ROWS)('names keys, commands and files that exist: $feature', ({ here }) => {
  expect(codesIn(here).filter((code) => !isKnown(code))).toEqual([])
})

test.each(ROWS)('names the test that shows it, or says why not: $feature', ({ here, shown }) => {
  if (shown === '') expect(here).toMatch(/^no: .{20}/)
  else expect(codesIn(shown).map((file) => existsSync(join(ROOT, 'test', file)))).toEqual([true])
})
