import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { commonCommands } from '../../cli/commands.ts'
import { DOCUMENTS } from '../../cli/documents.ts'
import { runCommand } from '../../cli/run/command.ts'
import { type DocumentName, openKeys } from '../../package/json-keys.ts'
import { currentJsonPage, EXAMPLES, exampleOf, JSON_PAGE, SECTIONS } from '../../package/json-page.ts'

const NAMES = Object.keys(DOCUMENTS) as DocumentName[]

test('docs/json.md describes the documents of the commands (npm run docs writes it)', () => {
  expect(readFileSync(JSON_PAGE, 'utf8')).toBe(currentJsonPage())
})

test('every command with --json has a schema, and no other', () => {
  const commands = [runCommand(() => {}), ...commonCommands(() => {})]
  const printing = commands.filter(({ options }) => options.some(({ long }) => long === '--json'))
  expect(printing.map((command) => command.name()).sort()).toEqual(
    NAMES.filter((name) => name !== 'error').sort(),
  )
})

test('every document has a section', () => {
  expect(SECTIONS.flatMap(({ names }) => names).sort()).toEqual(NAMES.toSorted())
})

test('every key has a meaning, and words for its absence if it may be missing', () => {
  const keysOf = openKeys()
  const silent = NAMES.flatMap((name) =>
    keysOf(name)
      .filter(({ meaning, isOptional, absent }) => meaning === '' || (isOptional && absent === ''))
      .map(({ path }) => `${name}: ${path}`),
  )
  expect(silent).toEqual([])
})

test.each(NAMES)('the schema of %s refuses unknown keys wherever it has objects', (name) => {
  const open: string[] = []
  z.toJSONSchema(DOCUMENTS[name], {
    override({ jsonSchema, path }) {
      if (jsonSchema.properties !== undefined && jsonSchema.additionalProperties !== false)
        open.push(path.join('.'))
    },
  })
  expect(open).toEqual([])
})

const EXAMPLE_NAMES = readdirSync(EXAMPLES).map((file) => basename(file, '.json') as DocumentName)

test('every section has an example, and every example a section', () => {
  expect(EXAMPLE_NAMES.sort()).toEqual(SECTIONS.map(({ names }) => names[0]).sort())
})

test.each(EXAMPLE_NAMES)('the example of %s is a document of the command', (name) => {
  DOCUMENTS[name].parse(JSON.parse(exampleOf(name)))
})
