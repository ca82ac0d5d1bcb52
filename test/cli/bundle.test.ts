import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleCopy } from '../../cli/bundle.ts'

const ROOT = join(import.meta.dirname, '..', '..')

let folder: string
let bundle: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  await writeFile(join(folder, 'copy-of-before.js'), 'old')
  await writeFile(join(folder, 'copy-of-before.js.1234'), 'its code')
  bundle = bundleCopy(ROOT, folder)
})
afterAll(() => rm(folder, { recursive: true }))

const noted = async (): Promise<{ bundle: string; inputs: Record<string, number> }> =>
  JSON.parse(await readFile(join(folder, 'copy.json'), 'utf8'))

test('it is one file, named after its content, and a note of what it was made of; what was there before is gone', async () => {
  const name = basename(bundle)
  expect(name).toMatch(/^copy-[0-9a-f]{16}\.js$/)
  expect((await noted()).bundle).toBe(name)
  expect((await readdir(folder)).sort()).toEqual([name, 'copy.json'].sort())
})

test('it is a function of what it may require, and runs', async () => {
  const program = `const { readFileSync } = require('node:fs')
    require('node:vm').runInThisContext(readFileSync(process.env.BUNDLE, 'utf8'))(require)`
  const args = ['-e', program, '--', 'bundle', 'copy', '--help']
  const env = { ...process.env, BUNDLE: bundle }
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  expect(stdout).toContain('Usage: npx image-mirror copy')
})

test('a change of any file of it, or of the packages, makes it stale', async () => {
  const files = Object.keys((await noted()).inputs)
  expect(files).toEqual(expect.arrayContaining(['cli/copy.ts', 'registry/open.ts', 'package-lock.json']))
  expect(files.filter((file) => file.startsWith('node_modules'))).toEqual([])
})

test('what a copy does not need at its start is not in it: schemas, patterns, the AWS SDK, the local run', async () => {
  const inputs = Object.keys((await noted()).inputs).join('\n')
  expect(inputs).not.toMatch(/mirror\/(contract|tag-pattern)\.ts|local\/(?!state-lock)|infra\//)
  expect((await readFile(bundle, 'utf8')).length).toBeLessThan(200_000)
})

test('names of functions are kept, for stack traces', async () => {
  expect(await readFile(bundle, 'utf8')).toContain('function parseCopyOptions(')
})
