// `image-mirror import`, as users start it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importCommand } from '../../cli/import/command.ts'
import { importFile } from '../../cli/import.ts'
import { parsed } from './parsed.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(text: string, ...flags: string[]) {
  writeFileSync(join(folder, 'file'), text)
  let [stdout, stderr] = ['', '']
  const terminal = {
    stdout: { write: (part: string) => (stdout += part) } as unknown as NodeJS.WriteStream,
    stderr: { write: (part: string) => (stderr += part) } as unknown as NodeJS.WriteStream,
  }
  const status = await importFile(parsed(importCommand, [join(folder, 'file'), ...flags]), terminal)
  return { status, stdout, stderr }
}

test('prints the list, and the notes with their lines', async () => {
  expect(await run('redis:7.4\nNOT/IT\n', '--region', 'eu-west-1')).toEqual({
    status: 0,
    stdout: [
      '# Imported from file (plain lines).',
      '',
      'regions: [eu-west-1]',
      'images:',
      '  - docker.io/library/redis:7.4',
      '  # "NOT/IT" is not imported: "NOT/IT" is not an image',
      '',
    ].join('\n'),
    stderr:
      'file:2: "NOT/IT" is not imported: "NOT/IT" is not an image\nfile (plain lines): 1 image, 1 note.\n',
  })
})

test('fails with --strict if there is a note', async () => {
  expect((await run('redis:7\nNOT/IT\n', '--strict')).status).toBe(1)
  expect((await run('redis:7\n', '--strict', '--region', 'eu-west-1')).status).toBe(0)
})

test('overwrites a file only with --force', async () => {
  const out = join(folder, 'mirror.yaml')
  expect((await run('redis:7\n', '--out', out)).stdout).toBe('')
  await expect(run('redis:8\n', '--out', out)).rejects.toThrow(
    `${out} exists already; name another file, or overwrite it with --force`,
  )
  expect(readFileSync(out, 'utf8')).toContain('redis:7')
  await run('redis:8\n', '--out', out, '--force')
  expect(readFileSync(out, 'utf8')).toContain('redis:8')
})

test.each([
  ['a: 1\n', 'file: has the shape of no known format; name it with --from'],
  ['regions: [eu-west-1]\nimages: [redis:7]\n', 'file: is a list already'],
  ['sync: [\n', '"sync: [" has a "[" that is not closed; add "]"'],
  ['sync:\n\t- source: redis\n', 'file:2: "- source: redis" is indented with a tab; indent it with spaces'],
  ['creds:\n  - pass: hunter2: x\n', '"- pass: …" has two ": "'],
  ['registry:\n  auth: hunter2: x\n', '"auth: …" has two ": "'],
  ['sync: []\n', 'file: has no images of regsync'],
  ['sync:\n  - {source: a, target: b, type: registry}\n', 'file:2: "a" is not imported'],
  [`sync: ${'['.repeat(200)}${']'.repeat(200)}\n`, 'is nested too deeply'],
])('refuses %j', async (text, message) => {
  await expect(run(text)).rejects.toThrow(message)
})

test('reads aliases that would multiply into gigabytes', async () => {
  const bomb = Array.from(
    { length: 40 },
    (_, at) => `  c${at}: &c${at} [${at === 0 ? 'x' : `*c${at - 1}, *c${at - 1}`}]\n`,
  )
  const { stdout } = await run(
    `x-bomb:\n${bomb.join('')}sync: [{source: redis, target: x/yy, type: image, hooks: *c39}]\n`,
  )
  expect(stdout).toContain('- source: docker.io/library/redis:latest')
})

test('reads keys that objects inherit as plain keys', async () => {
  const { stdout } = await run(
    'docker.io:\n  images:\n    constructor: [a]\n    __proto__: [b]\n    redis: [c]\n',
  )
  expect(stdout).toContain('- docker.io/library/constructor:a')
  expect(stdout).toContain('- docker.io/library/redis:c')
  expect(({} as Record<string, unknown>).b).toBeUndefined()
})

test('keeps foreign text inside its comment', async () => {
  const { stdout } = await run(
    'sync:\n  - {source: redis, target: x/yy, type: image}\n  - {source: "a\\nimages: [evil]\\u2028b", target: b, type: registry}\n',
  )
  expect(stdout).not.toMatch(/^images: \[evil/m)
  expect(stdout.match(/^images:/gm)).toHaveLength(1)
})
