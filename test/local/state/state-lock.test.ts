import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockState } from '../../../local/state/state-lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('refuses a folder in use, and names the process, the lock file and the fix', async () => {
  const unlock = await lockState(folder)
  await expect(lockState(folder)).rejects.toThrow(
    `(process ${process.pid}) is using ${folder}, by its lock ${join(folder, 'lock')}: wait`,
  )
  await unlock()
  await (await lockState(folder))()
  expect(await readdir(folder)).toEqual([])
})

test.each([
  ['of a process that is gone', '999999999'],
  ['of a process that had our id, without a start', String(process.pid)],
  ['of a process that had our id, with its start', `${process.pid}\n12@another-boot\n`],
  ['that names no process', 'not a number'],
  ['that is empty', ''],
])('takes over a lock %s', async (_, holder) => {
  await writeFile(join(folder, 'lock'), holder)
  await (await lockState(folder))()
  expect(await readdir(folder)).toEqual([])
})

test('takes over a lock if another process reuses the id', async () => {
  const other = spawn('tail', ['-f', '/dev/null'], { stdio: 'ignore' })
  try {
    await writeFile(join(folder, 'lock'), `${other.pid}\n12@another-boot\n`)
    const unlock = await lockState(folder)
    expect(await readFile(join(folder, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid}\n.+\n$`))
    await unlock()
  } finally {
    other.kill('SIGKILL')
  }
})

test('grants the lock to one of many concurrent callers', async () => {
  await writeFile(join(folder, 'lock'), '999999999')
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockState(folder)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})
