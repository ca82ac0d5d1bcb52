// Every list in the docs is valid, and the docs, the JSON Schema and the lists speak of the same keys.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { validateList } from '../../mirror/list/parse-list.ts'
import { parseInput } from '../../mirror/plan/run-list.ts'
import {
  type JsonSchema,
  LIST_SCHEMA_FILE,
  listJsonSchema,
  listSchemaText,
} from '../../package/list-schema.ts'
import { keyPair } from '../signatures/signed.ts'
import { blocksOf, codesIn, keyRows, pages } from './pages.ts'

const ROOT = join(import.meta.dirname, '../..')
const LISTS = ['mirror.yaml', 'examples/push-from-two-regions/mirror.yaml']
const PAGES = pages()
const EXAMPLES = [
  ...LISTS.map((name) => ({ place: name, text: readFileSync(join(ROOT, name), 'utf8') })),
  ...PAGES.flatMap((page) => blocksOf(page, 'yaml')),
]
/** What an example leaves out because it is about something else. */
const REST = {
  regions: 'regions: [us-east-1, eu-west-1, ap-southeast-2]\n',
  images: 'images: [docker.io/library/alpine:3.22]\n',
}

function completed(text: string): string {
  const missing = Object.entries(REST).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(text))
  return `${missing.map(([, lines]) => lines).join('')}${text}`
}

const PUBLIC_KEY = keyPair().pem

/** Stands for the files that examples name. */
const readFile = (name: string): string => (name.endsWith('.pub') ? PUBLIC_KEY : (rootCertificates[0] ?? ''))

test('there are examples', () => {
  expect(EXAMPLES.length).toBeGreaterThan(5)
})

test.each(EXAMPLES)('the list at $place is valid', ({ text }) => {
  validateList(completed(text), 'list', readFile)
})

test.each(EXAMPLES)('an editor accepts every key of the list at $place', ({ text }) => {
  expect(unknownKeys(parse(text), listJsonSchema())).toEqual([])
})

const INPUTS = PAGES.flatMap(({ name, text }) =>
  [...text.matchAll(/--input '(\{.*?\})'/gs), ...text.matchAll(/`(\{"[^`]*\})`/g)]
    .map(([, input = '']) => ({ name, input }))
    // Ellipses stand for what an input has there.
    .filter(({ input }) => !input.includes('...') && !input.includes('…')),
)

test('there are inputs', () => {
  expect(INPUTS.length).toBeGreaterThan(3)
})

test.each(INPUTS)('$name: the input $input is valid', ({ input }) => {
  parseInput(JSON.parse(input))
})

test('the JSON Schema beside mirror.yaml is that of the list (npm run docs writes it)', () => {
  expect(readFileSync(LIST_SCHEMA_FILE, 'utf8')).toBe(listSchemaText())
})

test.each([
  ['mirror.yaml', './mirror.schema.json'],
  ['examples/push-from-two-regions/mirror.yaml', './node_modules/image-mirror/mirror.schema.json'],
])('the first line of %s names the schema for editors', (name, schema) => {
  const [line] = readFileSync(join(ROOT, name), 'utf8').split('\n')
  expect(line).toBe(`# yaml-language-server: $schema=${schema}`)
})

test('the package has the schema where that line and its exports name it', () => {
  const { exports, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  expect(exports['./mirror.schema.json']).toBe('./mirror.schema.json')
  expect(files).toContain('mirror.schema.json')
})

const SCHEMA_PATHS = pathsOf(listJsonSchema())
const ROWS = PAGES.flatMap((page) => keyRows(page))

test('every key of the tables in the docs is in the schema', () => {
  const keys = ROWS.flatMap((row) => row.keys)
  expect(keys.length).toBeGreaterThan(20)
  expect(
    keys.filter((key) => !SCHEMA_PATHS.includes(key) && !SCHEMA_PATHS.includes(`images.${key}`)),
  ).toEqual([])
})

test('every key of the schema is in the tables of the docs', () => {
  expect(SCHEMA_PATHS.filter((path) => !isDocumented(path))).toEqual([])
})

/** By a row of its own, or by the row of a key above it that names it. */
function isDocumented(path: string): boolean {
  const short = path.replace(/^(?:images|defaults)\./, '')
  const [above = '', key = ''] = short.split(/\.(?=[^.]*$)/)
  return ROWS.some(
    ({ keys, row }) =>
      keys.some((one) => one === short || one.startsWith(`${short}.`)) ||
      (keys.includes(above) && codesIn(row).some((code) => new RegExp(`\\b${key}\\b`).test(code))),
  )
}

/** Paths of all keys, without the positions and names between them: `images.tags.include`. */
function pathsOf(root: JsonSchema): string[] {
  const visit = (schema: JsonSchema, path: string): string[] =>
    branchesOf(root, schema).flatMap(({ properties = {}, items, additionalProperties }) => [
      ...Object.entries(properties).flatMap(([key, of]) => {
        const at = path === '' ? key : `${path}.${key}`
        return [at, ...visit(of, at)]
      }),
      ...(items === undefined ? [] : visit(items, path)),
      ...(typeof additionalProperties === 'object' ? visit(additionalProperties, path) : []),
    ])
  return [...new Set(visit(root, ''))]
}

/** The keys of a value that the schema does not have there. */
function unknownKeys(value: unknown, root: JsonSchema, schema: JsonSchema = root, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  const branches = branchesOf(root, schema)
  if (Array.isArray(value)) {
    const [items] = branches.flatMap((branch) => branch.items ?? [])
    return value.flatMap((one, index) => unknownKeys(one, root, items, `${path}[${index}]`))
  }
  return Object.entries(value).flatMap(([key, of]) => {
    const [known] = branches.flatMap(({ properties, additionalProperties }) => {
      const other = typeof additionalProperties === 'object' ? additionalProperties : undefined
      return properties?.[key] ?? other ?? []
    })
    return known === undefined ? [`${path}.${key}`] : unknownKeys(of, root, known, `${path}.${key}`)
  })
}

function branchesOf(root: JsonSchema, schema: JsonSchema): JsonSchema[] {
  const { $ref, anyOf, allOf } = schema
  const named = $ref === undefined ? undefined : root.definitions?.[$ref.replace('#/definitions/', '')]
  const inner = [...(named === undefined ? [] : [named]), ...(anyOf ?? []), ...(allOf ?? [])]
  return inner.length === 0 ? [schema] : inner.flatMap((one) => branchesOf(root, one))
}
