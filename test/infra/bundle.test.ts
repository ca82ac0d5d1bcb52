// A bundle is one self-contained file, and reproducible.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPrograms, programFolder, writePrograms } from '../../infra/bundle.ts'
import { PROGRAMS, type Program } from '../../infra/programs.ts'

const root = mkdtempSync(join(tmpdir(), 'image-mirror-bundle-'))
afterAll(() => rmSync(root, { recursive: true }))

const NAMES = Object.keys(PROGRAMS) as Program[]

/** Copies a program out of the project, so that it cannot import files of the project. */
function bundled(name: Program): string {
  const folder = mkdtempSync(join(root, name))
  cpSync(programFolder(name), folder, { recursive: true })
  return folder
}

// The first call builds all programs.
beforeAll(() => {
  bundled('plan')
})

/**
 * Plan has the clients of all places that lists are read from, and of STS for namespaces of other accounts. Resolve has
 * the code that verifies signatures, and loads it for lists that verify some.
 */
const LIMITS: Partial<Record<Program, number>> = { plan: 1_450_000, resolve: 1_430_000 }

test.each(NAMES)('%s is one file within its limit', (name) => {
  const folder = bundled(name)
  expect(readdirSync(folder)).toEqual([PROGRAMS[name].file])
  expect(readFileSync(join(folder, PROGRAMS[name].file)).length).toBeLessThan(LIMITS[name] ?? 1_250_000)
})

test.each([0, 0o77])(
  'with umask %d, all can read what is deployed and its owner alone can change it',
  (umask) => {
    const before = process.umask(umask)
    try {
      const folder = mkdtempSync(join(root, 'modes'))
      const empty = Object.fromEntries(NAMES.map((name) => [name, new Uint8Array()]))
      writePrograms(folder, empty as Record<Program, Uint8Array>)
      const paths = [join(folder, 'plan'), join(folder, 'plan', PROGRAMS.plan.file)]
      expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o755, 0o644])
    } finally {
      process.umask(before)
    }
  },
)

test('a function takes its credentials from the environment, a build from wherever it finds them', () => {
  const text = (name: Program) => readFileSync(join(bundled(name), PROGRAMS[name].file), 'utf8')
  for (const name of NAMES.filter((one) => one !== 'sync'))
    expect(text(name)).not.toContain('GetRoleCredentials')
  expect(text('sync')).toContain('GetRoleCredentials')
})

test('a second build of the same sources makes the same bytes', () => {
  const { sync } = buildPrograms().bundles
  expect(readFileSync(join(programFolder('sync'), PROGRAMS.sync.file)).equals(sync)).toBe(true)
})

test('a function loads by itself, and has its handler', () => {
  const program = "const { handler } = await import('./index.mjs'); console.log(typeof handler)"
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: bundled('plan'),
    env: { WORK_BUCKET: 'work-bucket', LIST_URL: 's3://bucket/list.json' },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(stdout).toBe('function\n')
})

test('the Sync program starts by itself, and says what it misses', () => {
  const { status, stderr } = spawnSync(process.execPath, ['main.mjs'], {
    cwd: bundled('sync'),
    env: {},
    encoding: 'utf8',
  })
  expect(status).not.toBe(0)
  expect(stderr).toContain('WORK_BUCKET')
})
