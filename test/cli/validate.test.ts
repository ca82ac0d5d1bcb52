// The command `validate`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { validateCommand } from '../../cli/validate/command.ts'
import { validate } from '../../cli/validate.ts'
import { documentOf } from './documents.ts'
import { parsed } from './parsed.ts'
import { program } from './program.ts'
import { screenOf } from './terminal/screen.ts'
import { LIST_MISTAKES } from './validate/list-mistakes.ts'
import { YAML_MISTAKES } from './validate/yaml-mistakes.ts'

const MISTAKES = [...YAML_MISTAKES, ...LIST_MISTAKES]

let folder: string
let file: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'validate-'))
  file = join(folder, 'list.yaml')
})
afterAll(() => rm(folder, { recursive: true }))

async function run(text: string, screen: object = {}, ...flags: string[]) {
  await writeFile(file, text)
  const { stream, text: printed } = screenOf(screen)
  const terminal = { stdout: stream, stderr: stream }
  const status = await validate(parsed(validateCommand, [file, ...flags]), terminal)
  return { status, printed: printed().replaceAll(file, 'list.yaml') }
}

test.each(MISTAKES)('$title: line $line, $key, and the fix', async ({ text, line, key, fix }) => {
  const { status, printed } = await run(text, {}, '--json')
  expect(documentOf('validate', printed)).toEqual({
    file: 'list.yaml',
    valid: false,
    problems: [{ line, key, message: expect.stringContaining(fix) }],
  })
  expect(status).toBe(2)
})

test('covers at least forty different mistakes', () => {
  expect(new Set(MISTAKES.map(({ text }) => text)).size).toBe(MISTAKES.length)
  expect(MISTAKES.length).toBeGreaterThan(40)
})

test('warns of a valid list that is probably not meant', async () => {
  const list = 'regions: [us-east-1]\nimages: [redis]\nrepositories: {immutableTags: true}\n'
  const { status, printed } = await run(list)
  expect(status).toBe(0)
  expect(printed).toContain('list.yaml is valid')
  expect(printed.replaceAll(/\s+/g, ' ')).toContain('warning: repositories.immutableTags: tags are immutable')
  const { warnings } = documentOf('validate', (await run(list, {}, '--json')).printed)
  expect(warnings).toEqual([expect.stringContaining("write {except: ['sha256-*']}")])
  expect(
    documentOf('validate', (await run('regions: [us-east-1]\nimages: [redis]\n', {}, '--json')).printed),
  ).toEqual({
    file: 'list.yaml',
    valid: true,
    problems: [],
  })
})

test('reports every mistake at once, in the order of the file', async () => {
  const text = 'regions: [us-east1]\nimages:\n  - source: redis\n    tag: x\n  - Nginx\n'
  const { status, printed } = await run(text)
  expect({ status, lines: printed.split('\n') }).toEqual({
    status: 2,
    lines: [
      'list.yaml:1: regions[0]: "us-east1" is not a region; did you mean "us-east-1"?',
      'list.yaml:4: unknown key "tag" in images[0]; did you mean "tags"?',
      'list.yaml:5: images[1]: "Nginx" is not an image reference: "Nginx" must be lower-case words joined by . _ - and /',
      'list.yaml is not valid: 3 mistakes.',
      '',
    ],
  })
})

test('--for checks the images of a place within the bounds of the list that names it', async () => {
  const deployed = join(folder, 'deployed.yaml')
  const list = 'regions: [us-east-1, eu-west-1]\nimages: [golang:1]\nimagesFrom: s3://lists/images.yaml\n'
  await writeFile(deployed, `${list}prefix: mirror\nallowedRegistries: [quay.io]\n`)
  const valid = await run(
    '- quay.io/a/b:1\n- {source: quay.io/a/c:1, regions: [us-east-1]}\n',
    {},
    '--for',
    deployed,
  )
  expect(valid).toEqual({ status: 0, printed: 'list.yaml is valid: 2 images, 2 regions, 3 pairs.\n' })
  const { status, printed } = await run('- quay.io/a/b:1\n- ghcr.io/a/c:1\n', {}, '--json', '--for', deployed)
  const { problems } = documentOf('validate', printed)
  expect(problems).toEqual([{ line: 2, key: 'images[1]', message: expect.stringContaining('ghcr.io') }])
  expect(status).toBe(2)
})

test('summarizes a valid list', async () => {
  const text = 'regions: [us-east-1, eu-west-1]\nimages: [redis, {source: nginx, regions: [us-east-1]}]\n'
  const { status, printed } = await run(text)
  expect({ status, printed }).toEqual({
    status: 0,
    printed: 'list.yaml is valid: 2 images, 2 regions, 3 pairs.\n',
  })
  const { problems, valid } = documentOf('validate', (await run(text, {}, '--json')).printed)
  expect({ problems, valid }).toEqual({ problems: [], valid: true })
})

test('fits a terminal of 80 columns', async () => {
  const text = 'regions: [us-east-1]\nimages: [docker.io/Team/App, quay.io/a/b, docker.io/a/b]\n'
  const { printed } = await run(text, { isTTY: true, columns: 80 })
  expect(Math.max(...printed.split('\n').map((line) => line.length))).toBeLessThan(80)
  expect(printed).toMatch(/\n {2}\S/)
})

test('finds the files of a list next to it', async () => {
  const { printed } = await run(
    'regions: [us-east-1]\nimages: [redis]\nregistries: {quay.io: {ca: ca.pem}}\n',
  )
  expect(printed).toContain(`${folder}/ca.pem`)
})

test('exits with 2 and one sentence without a list', async () => {
  const { status, stdout, stderr } = await program('validate', join(folder, 'none.yaml'))
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('none.yaml not found')
})

test('warns of entries that have expired', async () => {
  const text = 'regions: [us-east-1]\nimages:\n  - source: redis:7\n    expires: 2020-06-30\n'
  const { status, printed } = await run(text)
  expect(status).toBe(0)
  expect(printed).toContain('warning: redis:7 expired on 2020-06-30: it is no longer mirrored')
  expect(documentOf('validate', (await run(text, {}, '--json')).printed)).toMatchObject({
    valid: true,
    warnings: [expect.stringContaining('redis:7 expired')],
  })
})
