// Package linters on the tarball: entry points must exist, and types must resolve for all kinds of importers.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../infra/bundle.ts'
import { pack } from './fresh-app.ts'

const run = promisify(execFile)
let work: string
let tarball: string

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'image-mirror-pack-'))
  tarball = await pack(work)
})
afterAll(() => rm(work, { recursive: true, force: true }))

test.each([
  ['publint', ['--strict']],
  // The schema is not a module.
  ['attw', ['--exclude-entrypoints', 'mirror.schema.json']],
])('%s finds nothing wrong', async (tool, flags) => {
  const program = join(PROJECT_ROOT, 'node_modules', '.bin', tool)
  const { stdout } = await run(program, [tarball, ...flags])
  expect(stdout).toMatch(/All good|No problems found/)
})
