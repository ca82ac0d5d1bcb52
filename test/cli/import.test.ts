// `image-mirror import`, as users start it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importCommand } from '../../cli/import/command.ts'
import { importFile } from '../../cli/import.ts'
import { parsed } from './parsed.ts'
import { screenOf } from './terminal/screen.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(text: string, ...flags: string[]) {
  writeFileSync(join(folder, 'file'), text)
  const [stdout, stderr] = [screenOf(), screenOf()]
  const terminal = { stdout: stdout.stream, stderr: stderr.stream }
  const status = await importFile(parsed(importCommand, [join(folder, 'file'), ...flags]), terminal)
  return { status, stdout: stdout.text(), stderr: stderr.text() }
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
      '',
      '  # "NOT/IT" is not imported: "NOT/IT" is not an image',
      '',
    ].join('\n'),
    stderr:
      'file:2: "NOT/IT" is not imported: "NOT/IT" is not an image\nfile (plain lines): 1 image, 1 note; 1 of 2 entries left out.\n',
  })
})

test('sets an entry that is left out apart from the entries around it and from their notes', async () => {
  const { stdout } = await run(`sync:
  - {source: redis:7, target: x/redis:7, type: image}
  - {source: quay.io, target: x, type: registry}
  - {source: nginx:1, target: x/nginx:1, type: image}
  - {source: ghcr.io, target: x, type: registry}
  - {source: node:2, target: x/node:2, type: image, hooks: {}}
`)
  const skipped = (host: string) => `
  # "${host}" is not imported: "type: registry" copies all repositories of a registry; here, each is an
  # entry of its own
`
  expect(stdout.slice(stdout.indexOf('images:'))).toContain(`redis:7
${skipped('quay.io')}
  - docker.io/library/nginx:1
${skipped('ghcr.io')}
  # "hooks" has no counterpart
  - docker.io/library/node:2
`)
})

const REGSYNC = `creds:
  - {registry: harbor.example.com, user: me, pass: secret}
sync:
  - {source: harbor.example.com/team/app:1, target: harbor.example.com/copy/app:1, type: image}
  - {source: redis:7, target: lab.example.com/redis:7, type: image}
  - {source: redis:7, target: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/redis:7, type: image}
`

test('names the secret to create, and the images and targets that need it', async () => {
  const { stderr } = await run(REGSYNC)
  const secret = (name: string) =>
    `create the secret "image-mirror/${name}" with {"username": "...", "accessToken": "..."}, and add "credentials: image-mirror/${name}"`
  expect(stderr.split('\n').slice(0, 2)).toEqual([
    `file:2: the credentials of harbor.example.com are not copied: ${secret('harbor.example.com')} to its images and the target "harbor-example-com"`,
    `file: the target "lab-example-com" has no credentials: ${secret('lab.example.com')} to it, unless anyone may push to it`,
  ])
})

test('says in which account the regions are, which is no loss', async () => {
  const hint = 'The regions are those of account 123456789012: deploy the mirror there.'
  const ecr = 'redis:7 123456789012.dkr.ecr.eu-west-1.amazonaws.com/redis\n'
  const { status, stdout, stderr } = await run(ecr, '--strict')
  expect(status).toBe(0)
  expect(stdout).toContain(`# ${hint}\n`)
  expect(stderr).toBe(`${hint}\nfile (plain lines): 1 image, 0 notes.\n`)
  expect((await run('redis:7\n', '--region', 'eu-west-1')).stderr).not.toContain('account')
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
  ['', 'file: is empty; name the list of another tool'],
  ['# nothing\n', 'file: is empty'],
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
