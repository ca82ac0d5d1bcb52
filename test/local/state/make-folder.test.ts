import { mkdtemp, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from '../../../local/state/make-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

test.runIf(process.platform === 'linux')('ends where no folder can be made', async () => {
  await expect(makeFolder('/proc/none/below')).rejects.toMatchObject({ code: 'ENOENT', path: '/proc/none' })
})

test('makes a folder that several ask for at once', async () => {
  const wanted = join(folder, 'new', 'shared')
  await Promise.all([makeFolder(wanted), makeFolder(wanted), makeFolder(wanted, 0o700)])
  expect((await stat(wanted)).isDirectory()).toBe(true)
})

test('does not loop at a link to nothing', async () => {
  const link = join(folder, 'link')
  await symlink(join(folder, 'missing'), link)
  await expect(makeFolder(join(link, 'below'))).rejects.toThrow(link)
})
