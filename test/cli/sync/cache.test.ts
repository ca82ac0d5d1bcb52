import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { cacheFolder, openCache } from '../../../cli/sync/cache.ts'

const schema = z.strictObject({ tags: z.array(z.string()) })
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('finds what an earlier run has written, by its key', async () => {
  await openCache(folder).writeJson('artifacts/quay.io/a/b.json', { tags: ['1.0'] })
  const later = openCache(folder)
  expect(await later.findJson('artifacts/quay.io/a/b.json', schema)).toEqual({ tags: ['1.0'] })
  expect(await later.findJson('artifacts/quay.io/a/c.json', schema)).toBeUndefined()
})

test.each(['', '{"tags": [', '{"tags": 1}'])('a damaged document is as good as none: %s', async (text) => {
  const cache = openCache(folder)
  await cache.writeJson('key', { tags: [] })
  const [file = ''] = await readdir(folder)
  await writeFile(join(folder, file), text)
  expect(await cache.findJson('key', schema)).toBeUndefined()
})

test('keys lead to no other folder', async () => {
  const inner = join(folder, 'inner')
  await openCache(inner).writeJson('../../escaped.json', { tags: [] })
  expect(await readdir(folder)).toEqual(['inner'])
})

test('a folder that cannot be written is no failure', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  const cache = openCache(join(file, 'below'))
  await cache.writeJson('key', { tags: [] })
  expect(await cache.findJson('key', schema)).toBeUndefined()
})

test('keeps nothing without a folder', async () => {
  const cache = openCache(undefined)
  await cache.writeJson('key', { tags: [] })
  expect(await cache.findJson('key', schema)).toBeUndefined()
})

test('is in the folder for caches of the user', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/image-mirror')
  expect(cacheFolder({})).toMatch(/\/\.cache\/image-mirror$/)
})
