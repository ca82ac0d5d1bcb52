// Ctrl-C while a command waits: for AWS, for a registry, and for standard input.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Listening, listen } from '../support/listen.ts'
import { COMMANDS } from './commands.ts'
import { documentOf } from './documents.ts'
import { startOpen } from './program.ts'

let folder: string
let silent: Listening
let asked: PromiseWithResolvers<void>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interrupts-'))
  silent = await listen(() => asked.resolve())
  const { address } = silent
  await writeFile(join(folder, 'list.json'), JSON.stringify(listOf(address)))
  const environment = {
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: silent.origin,
    DOCKER_CONFIG: folder,
    XDG_CACHE_HOME: folder,
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await silent[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const listOf = (address: string) => ({
  targets: { lab: { registry: address, namespace: 'mirror' } },
  defaults: { targets: ['lab'] },
  images: [`${address}/team/app:1.0`],
})

const S3 = 's3://lists/mirror.yaml'
/** Stand for the list and for the registry that does not answer. */
const [LIST, REGISTRY] = ['LIST', 'REGISTRY']

const WAITING: readonly (readonly [string, ...string[]])[] = [
  ['start'],
  ['follow'],
  ['rerun'],
  ['status'],
  ['doctor'],
  ['logs', 'RUN', 'redis', 'us-east-1'],
  ['subscribe', 'ops@example.com'],
  ['validate', S3],
  ['plan', S3],
  ['sync', S3],
  ['auth', S3],
  ['estimate', '--list', S3],
  ['target-account', 'prod', '--mirror-account', '123456789012', '--list', S3],
  ['plan', LIST],
  ['sync', LIST],
  ['auth', LIST],
  ['tags', `${REGISTRY}/team/app`],
  ['copy', `${REGISTRY}/team/app:1.0`, `${REGISTRY}/mirror/app:1.0`],
]

/** They wait for nothing but standard input. The tests of `run` interrupt it in a build. */
const OTHERS = ['init', 'import', 'completion', 'run']

/** Leaves standard input open. */
function started(args: readonly string[]) {
  const words = { [LIST]: join(folder, 'list.json'), [REGISTRY]: silent.address }
  return startOpen(
    args.map((arg) => Object.entries(words).reduce((text, [word, value]) => text.replace(word, value), arg)),
  )
}

test('every command that waits is here', () => {
  expect([...new Set(WAITING.map(([name]) => name)), ...OTHERS].sort()).toEqual(COMMANDS.toSorted())
})

test.each(WAITING.map((args) => ({ args })))('ends $args', async ({ args }) => {
  asked = Promise.withResolvers()
  const hasJson = !['target-account'].includes(args[0])
  const { child, finished } = started([...args, ...(hasJson ? ['--json'] : [])])
  await asked.promise
  child.kill('SIGINT')
  const { status, stdout, stderr } = await finished
  expect(status).toBe(130)
  expect(stderr).toContain('nterrupted')
  expect(stderr).not.toMatch(/^ +at /m)
  // `sync` and `copy` report what is done.
  if (hasJson && !['sync', 'copy'].includes(args[0]))
    expect(documentOf('error', stdout).error.name).toBe('Interrupted')
})

test.each([
  ['validate', '-'],
  ['plan', '-'],
  ['sync', '-'],
  ['estimate', '--list', '-'],
  ['start', '--list', '-'],
])('ends %s %s while standard input is open', async (...args) => {
  const { child, finished } = started(args)
  // More than a pipe holds: the command reads it.
  await new Promise<void>((done) => child.stdin.write('#'.repeat(1_000_000), () => done()))
  child.kill('SIGINT')
  expect((await finished).status).toBe(130)
})
