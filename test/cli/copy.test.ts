// The command `copy` through npx's entry, in a separate process, without the user's settings.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { basicAuthenticator, bearerAuthenticator } from '../../local/aws/registry/authenticators.ts'
import { AWAY, HOME, startAws } from '../copy/aws.ts'
import { multiArch } from '../copy/images.ts'
import { startRegistry, type TestRegistry } from '../copy/registries.ts'
import { documentOf } from './documents.ts'

const BIN = join(import.meta.dirname, '..', '..', 'cli', 'bin.cjs')
const USER = { reader: "it's a secret" }

let home: string
let source: TestRegistry
let target: TestRegistry
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'))
  source = await startRegistry()
  target = await startRegistry()
  await multiArch(await source.build('library/app'), '1.0')
})
afterEach(async () => {
  for (const registry of [source, target]) await registry[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { PATH: `${home}:${process.env.PATH}`, HOME: home, ...environment }
  return spawn(process.execPath, [BIN, 'copy', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function copy(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = start(args, environment)
  const [[status], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ])
  return { status: status as number | null, stdout, stderr }
}

async function login(registry: TestRegistry): Promise<void> {
  const [[user = '', password = ''] = []] = Object.entries(USER)
  const auth = Buffer.from(`${user}:${password}`).toString('base64')
  await writeFile(join(home, 'config.json'), JSON.stringify({ auths: { [registry.address]: { auth } } }))
}

test('prints a line with the outcome of each target, and exits with 0', async () => {
  const { status, stdout, stderr } = await copy([
    `${source.address}/library/app:1.0`,
    `${target.address}/app`,
  ])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^synced {4}127\.0\.0\.1:\d+\/app:1\.0@sha256:[a-f0-9]{64} {2}3\.\d kB in 5 blobs/)
  expect(stdout).toMatch(
    /\nread from 127\.0\.0\.1:\d+\/library\/app:1\.0: \d+ requests, .* 3 counted pulls; /,
  )
})

test('prints only a document on stdout with --json', async () => {
  const { status, stdout } = await copy([
    `${source.address}/library/app:1.0`,
    `${target.address}/app`,
    '--json',
  ])
  expect(status).toBe(0)
  expect(documentOf('copy', stdout)).toMatchObject({ dryRun: false, targets: [{ outcome: 'synced' }] })
})

test('exits with 1 if a target does not get the image', async () => {
  const gone = '127.0.0.1:1/app'
  const { status, stdout } = await copy([
    ...[`${source.address}/library/app:3.0`, `${target.address}/app`, gone],
    '--json',
  ])
  expect(status).toBe(1)
  expect(documentOf('copy', stdout)).toMatchObject({ error: { name: 'SourceNotFound' } })
})

test.each([
  [
    [],
    "missing required argument 'source'\nUsage: npx image-mirror copy [options] <source> <target...>\nSee --help.",
  ],
  [['redis', 'quay.io/a/b', '--force'], "unknown option '--force'"],
])('exits with 2 and a hint for %j', async (args, words) => {
  const { status, stdout, stderr } = await copy(args)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain(words)
})

test('prints its usage', async () => {
  const { status, stdout } = await copy(['--help'])
  expect(status).toBe(0)
  expect(stdout).toContain('Usage: npx image-mirror copy')
})

test.each([
  ['a password with each request', basicAuthenticator(USER)],
  ['a token', bearerAuthenticator({ users: USER, anonymousPull: false })],
])('uses the stored login at a registry that requires %s', async (_, auth) => {
  await using closed = await startRegistry({ auth })
  await login(closed)
  const args = [`${source.address}/library/app:1.0`, `${closed.address}/app`]
  expect((await copy(args)).stdout).toContain('failed')
  const { status, stdout } = await copy(args, { DOCKER_CONFIG: home })
  expect({ status, failed: stdout.includes('failed') }).toEqual({ status: 0, failed: false })
  const back = [`${closed.address}/app:1.0`, `${target.address}/back`]
  expect((await copy(back, { REGISTRY_AUTH_FILE: join(home, 'config.json') })).status).toBe(0)
})

test('does not send credentials of one registry to another', async () => {
  await login(target)
  const shown: unknown[] = []
  source.breakWith(({ headers }) => {
    shown.push(headers.authorization)
    return false
  })
  await copy([`${source.address}/library/app:1.0`, `${target.address}/app`], { DOCKER_CONFIG: home })
  expect(new Set(shown)).toEqual(new Set([undefined]))
})

test('uses AWS credentials for ECR, and creates repositories with --create', async () => {
  await using aws = await startAws()
  const targets = [HOME, AWAY].map((region) => `123456789012.dkr.ecr.${region}.amazonaws.com/mirror/app`)
  const args = [`${source.address}/library/app:1.0`, ...targets]
  const without = await copy(args, aws.environment)
  expect(without.status).toBe(1)
  expect(without.stdout).toContain('does not exist')
  const { status, stdout } = await copy([...args, '--create', '--json'], aws.environment)
  expect(status).toBe(0)
  expect(documentOf('copy', stdout)).toMatchObject({
    targets: [{ outcome: 'synced' }, { outcome: 'synced' }],
  })
  for (const region of [HOME, AWAY]) {
    expect(await (await aws.store(region)).tags.find('mirror/app', '1.0')).toBeDefined()
  }
})

test('sets no tag on an interrupt, and exits with 130', async () => {
  const asked = Promise.withResolvers<void>()
  target.breakWith((request) => {
    if (request.method !== 'PUT') return false
    asked.resolve()
    return true
  })
  const child = start([`${source.address}/library/app:1.0`, `${target.address}/app`])
  const exited = once(child, 'exit')
  await asked.promise
  child.kill('SIGINT')
  expect((await exited)[0]).toBe(130)
  expect(await target.store.tags.find('app', '1.0')).toBeUndefined()
})

test('reports an invalid certificate of docker or podman in one line, before any request', async () => {
  const folder = join(home, '.config/containers/certs.d', source.address)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'ca.crt'), 'not a certificate')
  const { status, stderr } = await copy([`${source.address}/library/app:1.0`, `${target.address}/app:1.0`])
  expect(status).toBe(2)
  expect(stderr).toBe(
    `${folder}/ca.crt cannot be used: it contains no certificate; in PEM, one begins with -----BEGIN CERTIFICATE-----; fix the file or remove it\n`,
  )
})
