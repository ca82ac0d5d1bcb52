import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../../../local/aws/registry/digest.ts'
import { recordOf } from '../../../../../local/aws/registry/store/manifests-on-disk.ts'
import { openStore, type Store } from '../../../../../local/aws/registry/store/store.ts'

let dir: string
let store: Store
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'store-'))
  store = await openStore(dir)
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('finds all content when it opens the folder again', async () => {
  await store.repositories.create('team/app', { any: 'settings' })
  const digest = await store.blobs.put('team/app', Buffer.from('blob'))
  const record = recordOf(Buffer.from('{}'), 'text/plain')
  await store.manifests.put('team/app', record, Buffer.from('{}'))
  await store.tags.set('team/app', 'v1', record.digest)
  const other = await openStore(dir)
  expect(await other.repositories.all()).toEqual(['team/app'])
  expect(await other.repositories.settings('team/app')).toEqual({ any: 'settings' })
  expect(await other.blobs.size('team/app', digest)).toBe(4)
  expect(await other.manifests.all('team/app')).toEqual([record])
  expect(await other.tags.all('team/app')).toEqual(new Map([['v1', record.digest]]))
})

test('distinguishes tags by case on any file system', async () => {
  const [one, two] = [digestOf('1'), digestOf('2')]
  await store.tags.set('app', 'RC-1', one)
  await store.tags.set('app', 'rc-1', two)
  expect(await store.tags.all('app')).toEqual(
    new Map([
      ['RC-1', one],
      ['rc-1', two],
    ]),
  )
  const names = await readdir(join(dir, 'repositories', 'app', '_tags'))
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(2)
})

test('stores the bytes of a blob once for all repositories', async () => {
  const digest = await store.blobs.put('one', Buffer.from('same'))
  await store.blobs.put('two', Buffer.from('same'))
  const names = (await readdir(join(dir, 'blobs'), { recursive: true })).filter((name) =>
    name.endsWith(digest.slice('sha256:'.length)),
  )
  expect(names).toHaveLength(1)
})

test('creates a repository once for concurrent callers', async () => {
  const created = await Promise.all([1, 2, 3].map((n) => store.repositories.create('app', { n })))
  expect(created).toEqual([true, false, false])
  expect(await store.repositories.settings('app')).toEqual({ n: 1 })
})

test('deletes a repository without those below it', async () => {
  await store.repositories.create('team')
  await store.repositories.create('team/app')
  await store.repositories.delete('team')
  expect(await store.repositories.all()).toEqual(['team/app'])
})

test('serializes work on a repository, also after a failure', async () => {
  const done: string[] = []
  const work = (name: string) => async () => {
    done.push(`${name} begins`)
    await readFile(import.meta.filename)
    done.push(`${name} ends`)
  }
  const failing = store.exclusively('app', () => Promise.reject(new Error('broken')))
  await Promise.all([
    expect(failing).rejects.toThrow('broken'),
    store.exclusively('app', work('first')),
    store.exclusively('app', work('second')),
  ])
  expect(done).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
})

test('ignores a file that a killed process was writing', async () => {
  await store.tags.set('app', 'v1', digestOf('1'))
  await writeFile(join(dir, 'repositories', 'app', '_tags', '.half-written'), 'sha2')
  expect([...(await store.tags.all('app')).keys()]).toEqual(['v1'])
})

test('removes abandoned uploads after a day', async () => {
  const [old, young] = [await store.blobs.temporaryFile(), await store.blobs.temporaryFile()]
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000)
  await utimes(old, twoDaysAgo, twoDaysAgo)
  await openStore(dir)
  expect(await readdir(join(dir, 'uploads'))).toEqual([basename(young)])
})
