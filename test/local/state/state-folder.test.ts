import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyStateFolder, isPrivate, openStateFolder } from '../../../local/state/state-folder.ts'

let folder: string
let umask: number
beforeEach(async () => {
  umask = process.umask()
  folder = await mkdtemp(join(tmpdir(), 'state-'))
})
afterEach(async () => {
  process.umask(umask)
  await rm(folder, { recursive: true, force: true })
})

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('writes files for its user only, with any umask', async () => {
  process.umask(0)
  const state = join(folder, 'new', 'state')
  await openStateFolder(state)
  await writeFile(join(state, 'file'), '')
  expect(await modeOf(state)).toBe(0o700)
  expect(await modeOf(join(state, 'file'))).toBe(0o600)
})

test('removes write permission of others from an existing folder, but not read permission', async () => {
  await chmod(folder, 0o777)
  await openStateFolder(folder)
  expect(await modeOf(folder)).toBe(0o755)
})

test('refuses a file in place of the folder, by name', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  await expect(openStateFolder(file)).rejects.toMatchObject({ code: 'ENOTDIR', path: file })
  await expect(openStateFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

test('is private unless others can change its content', async () => {
  const inside = join(folder, 'asset')
  await mkdir(inside)
  await writeFile(join(inside, 'main.mjs'), '')
  await symlink('main.mjs', join(inside, 'link'))
  await chmod(inside, 0o755)
  await chmod(join(inside, 'main.mjs'), 0o644)
  expect(await isPrivate(folder)).toBe(true)
  await chmod(join(inside, 'main.mjs'), 0o646)
  expect(await isPrivate(folder)).toBe(false)
  await chmod(join(inside, 'main.mjs'), 0o644)
  await chmod(inside, 0o775)
  expect(await isPrivate(folder)).toBe(false)
})

test('empties what runs have written, with the records of empty registries, but no file of the user', async () => {
  const user = ['lock', 'parameters.yaml', 's3/lists/images.yaml', 'secrets.json', 'tables.yaml']
  const keys = ['artifacts/a.json', 'refused/a.json', 'state/mirror/app/_state.json', 'status/status.json']
  const written = [
    'ecr/us-east-1/blob',
    'runs/run-1.json',
    'status.json',
    ...keys.map((key) => `kept/${key}`),
  ]
  for (const name of [...user, ...written]) {
    await mkdir(join(folder, dirname(name)), { recursive: true })
    await writeFile(join(folder, name), '')
  }
  await emptyStateFolder(folder)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const left = entries
    .filter((one) => one.isFile())
    .map((one) => join(relative(folder, one.parentPath), one.name))
  expect(left.sort()).toEqual(user)
})
