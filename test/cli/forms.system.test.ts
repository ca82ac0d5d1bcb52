// What commands print to a terminal of 80 columns, without colours, to a dumb terminal, and into a pipe.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { commonCommands } from '../../cli/commands.ts'
import type { Job } from '../../cli/program/define.ts'
import { endingOf } from '../../cli/program/ending.ts'
import { printProse } from '../../cli/terminal/print.ts'
import { multiArch } from '../copy/images.ts'
import { startRegistry, type TestRegistry } from '../copy/registries.ts'
import { COMMANDS } from './commands.ts'
import { screenOf } from './terminal/screen.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')

let folder: string
let source: TestRegistry
let target: TestRegistry
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forms-'))
  source = await startRegistry()
  target = await startRegistry()
  const build = await source.build('team/application-with-a-long-name')
  const image = await multiArch(build, '1.0')
  for (let minor = 1; minor < 40; minor++) await build.tag(`1.${minor}`, image)
  const files = {
    'list.json': {
      targets: { laboratory: { registry: target.address, namespace: 'mirror' } },
      defaults: { targets: ['laboratory'] },
      images: [
        { source: `${source.address}/team/application-with-a-long-name`, tags: { semver: '>=1.5' } },
        `${source.address}/team/none:1.0`,
      ],
    },
    'wrong.json': { regions: ['us-east1'], images: ['docker.io/Team/App', { source: 'redis', tag: 'x' }] },
    'account.json': {
      regions: ['us-east-1'],
      targets: { prod: { account: '210987654321', regions: ['us-east-1'] } },
      defaults: { targets: ['regions', 'prod'] },
      images: ['redis'],
    },
  }
  for (const [name, value] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(value))
  await writeFile(join(folder, 'lines'), 'redis:7.4\nNOT/IT\n')
})
afterAll(async () => {
  for (const registry of [source, target]) await registry[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})
afterEach(() => void vi.unstubAllEnvs())

/** Words that stand for the registries and the folder. */
const LINES: readonly string[] = [
  'init FOLDER/app',
  'validate FOLDER/wrong.json',
  'plan FOLDER/list.json',
  'sync FOLDER/list.json',
  'sync --dry-run FOLDER/list.json',
  'tags SOURCE/team/application-with-a-long-name --semver >=1.5',
  'tags SOURCE/team/none',
  'auth FOLDER/list.json',
  'copy SOURCE/team/application-with-a-long-name:1.0 TARGET/application',
  'copy SOURCE/team/none:1.0 TARGET/none:1.0',
  'estimate --list FOLDER/account.json',
  'import FOLDER/lines',
]
/** For other programs. */
const DATA = [
  'target-account prod --mirror-account 123456789012 --list FOLDER/account.json',
  'completion bash',
]

/** The deployed mirror has test/cli/deployed; `run` has test/cli/run. */
const ELSEWHERE = ['run', 'start', 'follow', 'rerun', 'status', 'doctor', 'logs', 'subscribe']

const wordsOf = (line: string): string[] =>
  line
    .replaceAll('FOLDER', folder)
    .replaceAll('SOURCE', source.address)
    .replaceAll('TARGET', target.address)
    .split(' ')

async function run(line: string, screen: object): Promise<string> {
  const [name, ...args] = wordsOf(line)
  const jobs: Job[] = []
  const command = commonCommands((job) => jobs.push(job)).find((one) => one.name() === name)
  command?.parse(args, { from: 'user' })
  const { stream, text } = screenOf(screen)
  vi.stubEnv('DOCKER_CONFIG', folder)
  vi.stubEnv('XDG_CACHE_HOME', folder)
  try {
    await jobs[0]?.({ stdout: stream, stderr: stream }, new AbortController().signal)
  } catch (error) {
    // As the program does.
    printProse(stream, endingOf(error).text)
  }
  await rm(join(folder, 'app'), { recursive: true, force: true })
  expect(text()).not.toBe('')
  return text()
}

const TERMINAL = { isTTY: true, columns: 80, rows: 24, getColorDepth: () => 8 }

test('every command is here', () => {
  const names = [...LINES, ...DATA].map((line) => line.split(' ')[0] ?? '')
  expect([...new Set([...names, ...ELSEWHERE])].sort()).toEqual(COMMANDS.toSorted())
})

/** A reference, a path or a command stays whole, so that it can be copied. */
const isWhole = (line: string): boolean => !line.trim().includes(' ') || /^ {2,}(?:npx|cd|\() ?/.test(line)

test.each(LINES)('%s fits 80 columns', async (line) => {
  const printed = stripVTControlCharacters(await run(line, TERMINAL))
  const wide = printed.split(/[\n\r]/).filter((one) => one.length > 79 && !isWhole(one))
  expect(wide).toEqual([])
})

test.each(
  [...LINES, ...DATA].flatMap((line) => [
    { line, form: 'with NO_COLOR', screen: TERMINAL, env: { NO_COLOR: '1' } },
    { line, form: 'on a dumb terminal', screen: TERMINAL, env: { TERM: 'dumb' } },
    { line, form: 'in a pipe', screen: {}, env: {} },
  ]),
)('$line prints plain text $form', async ({ line, screen, env }) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const printed = await run(line, screen)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(printed.match(/[\x00-\x08\x0b-\x1f\x7f]/g) ?? []).toEqual([])
})

test.each([...LINES, ...DATA])('%s ends quietly if nobody reads its output', async (line) => {
  const env = { ...process.env, DOCKER_CONFIG: folder, XDG_CACHE_HOME: folder }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...wordsOf(line)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const [[status], said] = await Promise.all([once(child, 'exit'), textOf(child.stderr)])
  expect(status).toBeLessThanOrEqual(4)
  expect(said).not.toMatch(/EPIPE|^ +at /m)
})
