import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleCopy } from '../../cli/bundle.ts'

const ROOT = join(import.meta.dirname, '..', '..')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  bundleCopy(ROOT, join(folder, 'made', 'copy.cjs'), join(folder, 'made', 'copy.json'))
})
afterAll(() => rm(folder, { recursive: true }))

test('it is one file that runs, and a note of what it was made of', async () => {
  expect((await readdir(join(folder, 'made'))).sort()).toEqual(['copy.cjs', 'copy.json'])
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(folder, 'made', 'copy.cjs'),
    'copy',
    '--help',
  ])
  expect(stdout).toContain('Usage: npx image-mirror copy')
})

test('a change of any file of it, or of the packages, makes it stale', async () => {
  const inputs = JSON.parse(await readFile(join(folder, 'made', 'copy.json'), 'utf8')) as object
  const files = Object.keys(inputs)
  expect(files).toEqual(expect.arrayContaining(['cli/copy.ts', 'registry/open.ts', 'package-lock.json']))
  expect(files.filter((file) => file.startsWith('node_modules'))).toEqual([])
})

test('what a copy does not need at its start is not in it: schemas, patterns, the AWS SDK, the local run', async () => {
  const inputs = await readFile(join(folder, 'made', 'copy.json'), 'utf8')
  expect(inputs).not.toMatch(/mirror\/(contract|tag-pattern)\.ts|local\/(?!state-lock)|infra\//)
  const bundle = await readFile(join(folder, 'made', 'copy.cjs'), 'utf8')
  expect(bundle.length).toBeLessThan(150_000)
})
