// `image-mirror auth`, with registries and the embedded AWS on loopback.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { authCommand } from '../../cli/auth/command.ts'
import type { AuthCheck } from '../../cli/auth/schema.ts'
import { auth } from '../../cli/auth.ts'
import { bearerAuthenticator } from '../../local/aws/registry/authenticators.ts'
import { multiArch } from '../copy/images.ts'
import { startRegistry, type TestRegistry } from '../copy/registries.ts'
import { ACCOUNT, type EcrCloud, startEcrCloud } from '../support/ecr-cloud.ts'
import { documentOf } from './documents.ts'
import { parsed } from './parsed.ts'
import { screenOf } from './terminal/screen.ts'

const PASSWORD = 'correct-horse'
const WRONG = 'battery-staple'
const SECRETS = {
  good: JSON.stringify({ username: 'runs', accessToken: PASSWORD }),
  bad: JSON.stringify({ username: 'runs', accessToken: WRONG }),
}

let folder: string
let open: TestRegistry
let closed: TestRegistry
let aws: EcrCloud
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auth-'))
  aws = await startEcrCloud({}, SECRETS)
  const users = { ci: PASSWORD, runs: PASSWORD }
  open = await startRegistry()
  closed = await startRegistry({ auth: bearerAuthenticator({ users, anonymousPull: false }) })
  for (const registry of [open, closed]) {
    for (const name of ['team/app', 'team/other']) await multiArch(await registry.build(name), '1.0')
  }
  vi.stubEnv('DOCKER_CONFIG', folder)
})
afterEach(async () => {
  for (const one of [open, closed, aws]) await one[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function login(username: string, password: string): Promise<void> {
  const entry = { auth: Buffer.from(`${username}:${password}`).toString('base64') }
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [closed.address]: entry } }))
}

async function run(entries: readonly string[], flags: readonly string[] = [], screen: object = {}) {
  const file = join(folder, 'list.yaml')
  await writeFile(file, `regions: [us-east-1]\nimages:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`)
  const { stream, text } = screenOf(screen)
  const options = parsed(authCommand, [file, ...flags])
  const status = await auth(options, { stdout: stream, stderr: stream }, new AbortController().signal)
  const printed = text()
  for (const secret of [PASSWORD, WRONG]) expect(printed).not.toContain(secret)
  for (const secret of [`ci:${PASSWORD}`, `ci:${WRONG}`]) {
    expect(printed).not.toContain(Buffer.from(secret).toString('base64'))
  }
  return { status, printed }
}

async function checks(...entries: string[]): Promise<{ status: number; checks: readonly AuthCheck[] }> {
  const { status, printed } = await run(entries, ['--json'])
  return { status, checks: documentOf('auth', printed).checks }
}

const ofSources = (all: readonly AuthCheck[]) => all.filter(({ role }) => role === 'source')

test('a public registry is read anonymously, and ECR with the credentials of AWS', async () => {
  const { status, checks: all } = await checks(`${open.address}/team/app:1.0`)
  expect(all).toEqual([
    {
      registry: open.address,
      role: 'source',
      usedIn: 'both',
      credentials: 'anonymous',
      status: 'works',
      repositories: ['team/app'],
      failures: [],
    },
    {
      registry: 'us-east-1',
      role: 'target',
      usedIn: 'both',
      credentials: 'AWS credentials from environment variables',
      status: 'works',
      repositories: ['team/app'],
      failures: [],
    },
  ])
  expect(status).toBe(0)
})

test('distinguishes what works on this machine from what works in runs', async () => {
  await login('ci', PASSWORD)
  const { status, checks: all } = await checks(`${closed.address}/team/app:1.0`)
  expect(ofSources(all)).toMatchObject([
    { usedIn: 'commands', status: 'works', credentials: `user "ci" from ${join(folder, 'config.json')}` },
    { usedIn: 'runs', status: 'failed', credentials: 'anonymous', failures: [{ name: 'AccessDenied' }] },
  ])
  expect(status).toBe(1)
})

test('the secrets of the list are read and tried', async () => {
  const { status, checks: all } = await checks(
    `{source: '${closed.address}/team/app:1.0', credentials: good}`,
    `{source: '${closed.address}/team/other', tags: {include: ['/^1/']}, credentials: bad}`,
  )
  const runs = ofSources(all).filter(({ usedIn }) => usedIn === 'runs')
  expect(runs).toMatchObject([
    { credentials: 'the secret "good"', status: 'works', repositories: ['team/app'] },
    { credentials: 'the secret "bad"', status: 'failed', failures: [{ repository: 'team/other' }] },
  ])
  expect(status).toBe(1)
})

test('each secret of a repository is tried', async () => {
  const entry = (tag: string, secret: string) =>
    `{source: '${closed.address}/team/app:${tag}', repository: ${secret}, credentials: ${secret}}`
  const { checks: all } = await checks(entry('1.0', 'bad'), entry('1.0.0', 'good'))
  expect(ofSources(all).filter(({ usedIn }) => usedIn === 'runs')).toMatchObject([
    { credentials: 'the secret "bad"', status: 'failed' },
    { credentials: 'the secret "good"', status: 'works' },
  ])
})

test('a secret that does not exist fails, and one that this user may not read is not checked', async () => {
  const entry = (secret: string) => `{source: '${closed.address}/team/app:1.0', credentials: ${secret}}`
  await login('ci', PASSWORD)
  const missing = await checks(entry('none'))
  expect(ofSources(missing.checks)[1]).toMatchObject({
    status: 'failed',
    failures: [{ name: 'AccessDenied' }],
  })
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere')
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere')
  const unread = await checks(entry('good'))
  expect(ofSources(unread.checks)[1]).toMatchObject({ credentials: 'the secret "good"', status: 'unchecked' })
  expect(unread.checks.at(-1)).toMatchObject({
    role: 'target',
    credentials: 'no AWS credentials',
    status: 'failed',
  })
})

test('reports wrong passwords and missing repositories for each repository', async () => {
  await login('ci', WRONG)
  const wrong = await checks(`${closed.address}/team/app:1.0`)
  expect(ofSources(wrong.checks)[0]).toMatchObject({ usedIn: 'commands', status: 'failed' })
  const { checks: all } = await checks(`${open.address}/team/app:1.0`, `${open.address}/team/none:1.0`)
  expect(ofSources(all)).toMatchObject([
    {
      repositories: ['team/app', 'team/none'],
      failures: [{ repository: 'team/none', name: 'SourceNotFound' }],
    },
  ])
})

test('a credential helper is named, and one that fails does not end the check', async () => {
  const config = { credHelpers: { [closed.address]: 'kept', [open.address]: 'none' } }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  const answer = JSON.stringify({ Username: 'ci', Secret: PASSWORD })
  await mkdir(join(folder, 'bin'))
  const helper = join(folder, 'bin', 'docker-credential-kept')
  await writeFile(helper, `#!/bin/sh\ncat >/dev/null\necho '${answer}'\n`, { mode: 0o755 })
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env.PATH}`)
  const { checks: all } = await checks(`${closed.address}/team/app:1.0`, `${open.address}/team/other:1.0`)
  const commands = ofSources(all).filter(({ usedIn }) => usedIn === 'commands')
  expect(commands[0]).toMatchObject({ status: 'works' })
  expect(commands[0]?.credentials).toMatch(
    /^user "ci" from docker-credential-kept, which .*config\.json names$/,
  )
  expect(commands[1]).toMatchObject({ status: 'failed', failures: [{ name: 'AccessDenied' }] })
})

test('an ECR source is asked with the credentials of AWS', async () => {
  const host = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`
  const { checks: all } = await checks(`${host}/team/app:1.0`)
  expect(ofSources(all)).toMatchObject([
    { registry: host, usedIn: 'both', credentials: 'AWS credentials from environment variables' },
  ])
})

test('people read it on 80 columns', async () => {
  await login('ci', WRONG)
  const entries = ['app', 'other'].map((name) => `${closed.address}/team/${name}:1.0`)
  await multiArch(await open.build('free/app'), '1.0')
  const { printed } = await run([...entries, `${open.address}/free/app:1.0`], [], {
    isTTY: true,
    columns: 80,
  })
  expect(Math.max(...printed.split('\n').map((line) => line.length))).toBeLessThan(
    Math.max(80, folder.length + 30),
  )
  const text = printed.replaceAll(/\n +/g, ' ')
  expect(text).toContain(
    `${closed.address}, in commands: user "ci" from ${folder}/config.json; does not work`,
  )
  expect(text).toContain('team/app, team/other: AccessDenied: ')
  expect(text).toContain(`${open.address}: anonymous; works for 1 repository`)
  expect(text).toContain(
    'Targets us-east-1: AWS credentials from environment variables; works for 3 repositories',
  )
})

test('asks, and writes nothing', async () => {
  await checks(`${open.address}/team/app:1.0`)
  expect(open.log().length).toBeGreaterThan(0)
  expect(open.count(/^(?:POST|PUT|PATCH|DELETE) /)).toBe(0)
  const actions = aws.ecr.calls.map(({ action }) => action ?? 'GetNothing')
  expect(actions.filter((action) => !/^(?:Get|List|Describe)/.test(action))).toEqual([])
})
