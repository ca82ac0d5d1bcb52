import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockState } from '../../local/state-lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a folder that is in use is refused, by the process that uses it and the way out', async () => {
  const unlock = await lockState(folder)
  await expect(lockState(folder)).rejects.toThrow(`(process ${process.pid}) is using ${folder}`)
  await unlock()
  await (await lockState(folder))()
  expect(await readdir(folder)).toEqual([])
})

test.each(['999999999', 'not a number', ''])('a lock left behind by %j is taken over', async (holder) => {
  await writeFile(join(folder, 'lock'), holder)
  await (await lockState(folder))()
  expect(await readdir(folder)).toEqual([])
})

test('of many that come at once, one gets it', async () => {
  await writeFile(join(folder, 'lock'), '999999999')
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockState(folder)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})
