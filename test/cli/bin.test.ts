// The entry of npx: the version of Node and the program that it starts.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listen } from '../support/listen.ts'

const BIN = join(import.meta.dirname, '..', '..', 'cli', 'bin.cjs')
/** A Node that does not support TypeScript, like older versions. */
const OLD = '--no-strip-types'

const run = promisify(execFile)

test.each([
  ['copy', 'Usage: npx image-mirror copy'],
  ['run', 'Usage: npm start'],
])('runs %s with this Node', async (command, words) => {
  const { stdout } = await run(process.execPath, [BIN, command, '--help'])
  expect(stdout).toContain(words)
})

test.each([
  ['copy', 'Usage: npx image-mirror copy'],
  ['run', 'Usage: npm start'],
])("runs %s with the project's own Node if this one is too old", async (command, words) => {
  const { stdout } = await run(process.execPath, [OLD, BIN, command, '--help'])
  expect(stdout).toContain(words)
})

test('returns the exit status of the program', async () => {
  const failed = run(process.execPath, [OLD, BIN, 'copy'])
  await expect(failed).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("argument 'source'"),
  })
})

test('exits quietly if the reader of its output closes early', async () => {
  const child = spawn(process.execPath, [BIN, 'copy', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = text(child.stderr)
  child.stdout.destroy()
  expect((await once(child, 'exit'))[0]).toBe(0)
  expect(await said).toBe('')
})

test('forwards signals to the program', async () => {
  await using silent = await listen(() => {})
  const asked = Promise.withResolvers<void>()
  await using asking = await listen(() => asked.resolve())
  const args = [OLD, BIN, 'copy', `${asking.address}/never:1`, `${silent.address}/answers:1`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  await asked.promise
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(143)
})

describe('with a Node that is too old', () => {
  const sentence = `image-mirror requires Node 99 or later, but this is ${process.version}\n`
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'image-mirror-bin-'))
    await mkdir(join(root, 'cli'))
    for (const file of ['bin.cjs', 'node-version.cjs'])
      await copyFile(join(dirname(BIN), file), join(root, 'cli', file))
    await writeFile(join(root, 'package.json'), JSON.stringify({ engines: { node: '>=99' } }))
  })
  afterEach(() => rm(root, { recursive: true }))

  test('the package refuses to run before it loads anything else', async () => {
    const refused = run(process.execPath, [join(root, 'cli', 'bin.cjs'), 'copy'])
    await expect(refused).rejects.toMatchObject({ code: 2, stderr: sentence })
  })

  test('an app that loads the construct ends with one sentence, without a stack', async () => {
    const check = `require('./cli/node-version.cjs').requireNode(); console.log('goes on')`
    const refused = run(process.execPath, ['--eval', check], { cwd: root })
    await expect(refused).rejects.toMatchObject({ code: 1, stdout: '', stderr: sentence })
  })
})
