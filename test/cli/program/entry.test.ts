// The exit of commands that leave no work pending, observed from another process.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { errorDocumentSchema } from '../../../cli/program/error-document.ts'

const CLI = join(import.meta.dirname, '..', '..', '..', 'cli', 'program')

const FLAGS = ['--disable-warning=ExperimentalWarning', '--input-type=module']

/** Runs a program whose only command is `work`, which evaluates an expression. */
async function run(
  work: string,
  before = '',
  ...flags: string[]
): Promise<{ status: number; stdout: string; stderr?: string }> {
  const script = `import { Writable } from 'node:stream'
import { writeSync } from 'node:fs'
import { defineCommand } from ${JSON.stringify(join(CLI, 'define.ts'))}
import { exitNow, runProgram } from ${JSON.stringify(join(CLI, 'entry.ts'))}
${before}
void runProgram((choose) => [defineCommand('work').option('--json').action(() => choose(${work}))]).then(exitNow)`
  const args = [...FLAGS, '-e', script, '--', 'program', 'work', ...flags]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 300_000 })
    return { status: 0, stdout }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { status: code, stdout, stderr }
  }
}

test('exits with its command, whatever is still open', async () => {
  const { status } = await run('async () => { setInterval(() => {}, 1000); return 3 }')
  expect(status).toBe(3)
})

test('writes pending output before it exits', async () => {
  const slow = `const slow = new Writable({
  write: (chunk, _, done) => setImmediate(() => { writeSync(1, chunk); done() }),
})
Object.defineProperty(process, 'stdout', { value: slow })`
  const { status, stdout } = await run(
    "async ({ stdout }) => { for (const word of ['all', 'of', 'it']) stdout.write(word); return 4 }",
    slow,
  )
  expect({ status, stdout }).toEqual({ status: 4, stdout: 'allofit' })
})

test.each([
  ['ENOSPC', 1, 'the disk is full: free some space (ENOSPC)\n'],
  ['EIO', 1, 'the disk reports a fault: check it (EIO)\n'],
  ['EPIPE', 0, undefined],
])(
  'exits with an error if its last output is lost to %s, unless the reader has left',
  async (code, status, stderr) => {
    const broken = `const broken = new Writable({
  write: (chunk, _, done) => done(Object.assign(new Error('${code}: write'), { code: '${code}', syscall: 'write' })),
})
Object.defineProperty(process, 'stdout', { value: broken })`
    const ended = await run("async ({ stdout }) => { stdout.write('result'); return 0 }", broken)
    expect([ended.status, ended.stderr]).toEqual([status, stderr])
  },
)

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('reports %s, and exits with %d', async (signal, expected) => {
  const { status, stderr } = await run(
    `(terminal, signal) => {
  process.kill(process.pid, '${signal}')
  return new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
}`,
    'setInterval(() => {}, 1000)',
  )
  expect({ status, stderr }).toEqual({ status: expected, stderr: 'Interrupted.\n' })
})

test('stops at an unhandled system error, in one sentence', async () => {
  const { status, stderr } = await run(
    `async (terminal, signal) => {
  createWriteStream('/dev/null/log')
  await new Promise((done) => signal.addEventListener('abort', done))
  terminal.stderr.write('tidied up\\n')
  return 0
}`,
    "import { createWriteStream } from 'node:fs'",
  )
  expect(status).toBe(1)
  expect(stderr).toBe('tidied up\n/dev/null/log: this is not a folder: give another folder (ENOTDIR)\n')
})

const AWS = `import { AwsProblem } from ${JSON.stringify(join(CLI, '..', 'deployed', 'aws', 'problem.ts'))}
import { printJson } from ${JSON.stringify(join(CLI, '..', 'terminal', 'print.ts'))}`
const REFUSED = "throw new AwsProblem('There is no region.')"

test('prints a problem with AWS as one sentence', async () => {
  const { status, stdout, stderr } = await run(`async () => { ${REFUSED} }`, AWS)
  expect({ status, stdout, stderr }).toEqual({ status: 4, stdout: '', stderr: 'There is no region.\n' })
})

const documentOf = (stdout: string) => errorDocumentSchema.parse(JSON.parse(stdout))

test('with --json, also prints why there is no result as a document', async () => {
  const { status, stdout, stderr } = await run(`async () => { ${REFUSED} }`, AWS, '--json')
  expect({ status, stderr }).toEqual({ status: 4, stderr: 'There is no region.\n' })
  expect(documentOf(stdout)).toEqual({ error: { name: 'AwsProblem', message: 'There is no region.' } })
})

test('prints no second document if an error follows the result', async () => {
  const work = `async ({ stdout }) => { printJson(stdout, { done: true }); ${REFUSED} }`
  const { status, stdout } = await run(work, AWS, '--json')
  expect(status).toBe(4)
  expect(JSON.parse(stdout)).toEqual({ done: true })
})

test('with --json, prints a document if it is interrupted, once or twice', async () => {
  const waits = (more: string) => `(terminal, signal) => {
  process.kill(process.pid, 'SIGINT')
  return new Promise((_, fail) => signal.addEventListener('abort', ${more}))
}`
  for (const more of ['() => fail(signal.reason)', "() => process.kill(process.pid, 'SIGINT')"]) {
    const { status, stdout } = await run(waits(more), 'setInterval(() => {}, 1000)', '--json')
    expect({ status, ...documentOf(stdout) }).toEqual({
      status: 130,
      error: { name: 'Interrupted', message: 'Interrupted.' },
    })
  }
})

test('prints the stack of an unhandled internal error', async () => {
  const { status, stderr } = await run(
    `(terminal, signal) => {
  setTimeout(() => undefined.length)
  return new Promise((done) => signal.addEventListener('abort', () => done(0)))
}`,
  )
  expect(status).toBe(1)
  expect(stderr).toMatch(/TypeError: .*\n +at /)
})
