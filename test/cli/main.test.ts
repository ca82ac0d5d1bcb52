import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorDocumentSchema } from '../../cli/program/error-document.ts'
import manifest from '../../package.json' with { type: 'json' }
import { program } from './program.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each([
  [['--help'], 'Usage: npx image-mirror'],
  [['help', 'copy'], 'Usage: npx image-mirror copy [options] <source> <target...>'],
  [['run', '--help'], 'Usage: npm start -- [options]'],
  [['run', '--help'], '--regions <a,b>'],
  [['run', '-h'], 'Exit status'],
  [['copy', 'redis', '--nonsense', '--help'], 'Usage: npx image-mirror copy'],
  [['--version'], manifest.version],
])('prints the usage for %j', async (args, words) => {
  const { status, stdout, stderr } = await program(...args)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain(words)
})

test.each([
  [[], 'Usage: npx image-mirror'],
  [['rum'], "unknown command 'rum'\n(Did you mean run?)"],
  [['help', 'snyc'], "unknown command 'snyc'\n(Did you mean sync?)"],
  [['constructor'], "unknown command 'constructor'"],
  [['run', '--jason'], "unknown option '--jason'\n(Did you mean --json?)"],
  [['run', '--list', 'nowhere.yaml'], '--list: file nowhere.yaml not found'],
  [['run', '--input', 'nowhere.json'], '--input: file nowhere.json not found'],
  [['run', '--targets', 'regoins'], '--targets: no image goes to "regoins"; did you mean "regions"?'],
  [['run', '--regions', 'moon-1'], '--regions: "moon-1" is not a region; give its code, such as "eu-west-1"'],
])('exits with 2 and the fix for %j', async (args, words) => {
  const { status, stdout, stderr } = await program(...args)
  expect(status).toBe(2)
  expect(stdout + stderr).toContain(words)
})

const LISTS: readonly (readonly [string, string, string])[] = [
  [
    'an unknown key',
    'regions: [us-east-1]\nimage: []',
    'list.yaml:2: unknown key "image"; did you mean "images"?',
  ],
  ['no images', 'regions: [us-east-1]\nimages: []', 'images is empty'],
  [
    'a reference that is none',
    'regions: [us-east-1]\nimages: ["Redis:7 4"]',
    'images[0]: "Redis:7 4" is not an image',
  ],
  [
    'an unknown region',
    'regions: [us-est-1]\nimages: [redis]',
    '"us-est-1" is not a region; did you mean "us-east-1"?',
  ],
  ['no YAML', 'regions: [us-east-1\nimages: {', 'list.yaml:'],
]

test.each(LISTS)('refuses a list with %s before it starts anything', async (_, content, words) => {
  const list = join(folder, 'list.yaml')
  await writeFile(list, content)
  const state = join(folder, 'state')
  const { status, stdout, stderr } = await program('run', '--list', list, '--state', state, '--json')
  expect(status).toBe(2)
  expect(stderr).toContain(words)
  const { error } = errorDocumentSchema.parse(JSON.parse(stdout))
  expect(`${error.message}\n`).toBe(stderr)
  expect(error).toMatchObject({ name: 'InvalidInput', problems: [{ message: expect.any(String) }] })
  expect(existsSync(state)).toBe(false)
})

test.each([
  [['rum', '--json'], 'UsageError', "unknown command 'rum'"],
  [['sync', '--json', '--nonsense'], 'UsageError', "unknown option '--nonsense'"],
  [['copy', '--json'], 'UsageError', "missing required argument 'source'"],
  [['sync', 'nowhere.yaml', '--json'], 'InvalidInput', 'file nowhere.yaml not found in this folder'],
  [['import', 'nowhere.yml', '--json'], 'UsageError', "unknown option '--json'"],
])('prints an error as JSON for %j', async (args, name, words) => {
  const { status, stdout, stderr } = await program(...args)
  expect(status).toBe(2)
  expect(stderr).toContain(words)
  const { error } = errorDocumentSchema.parse(JSON.parse(stdout))
  expect(error).toEqual({ name, message: expect.stringContaining(words) })
})

test('prints no JSON unless --json is a flag', async () => {
  const { status, stdout } = await program('copy', '--', '--json')
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
})

test('refuses an input that is not JSON before it starts anything', async () => {
  const input = join(folder, 'input.json')
  await writeFile(input, '{images: [redis]}')
  const { status, stderr } = await program('run', '--input', input, '--state', join(folder, 'state'))
  expect(status).toBe(2)
  expect(stderr).toContain(`${input}: the execution's input must be JSON`)
})
