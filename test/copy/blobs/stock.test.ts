import { expect, test } from 'vitest'
import { createStock, type Holder } from '../../../copy/blobs/stock.ts'
import { Abandoned } from '../../../copy/once.ts'
import type { Digest } from '../../../registry/model/reference.ts'

const LAYER = `sha256:${'1'.repeat(64)}` as Digest
const soon = () => new Promise((resolve) => setImmediate(resolve))

test('others wait while a repository receives the blob, and learn where it is', async () => {
  const stock = createStock()
  const upload = Promise.withResolvers<'copied'>()
  const holders: (Holder | undefined)[] = []
  const first = stock.bring(LAYER, 'a', () => upload.promise)
  const others = ['b', 'c'].map((repository) =>
    stock.bring(LAYER, repository, async (holder) => {
      holders.push(holder)
      return 'mounted'
    }),
  )
  await soon()
  expect(holders).toEqual([])
  upload.resolve('copied')
  expect(await Promise.all([first, ...others])).toEqual(['copied', 'mounted', 'mounted'])
  expect(holders).toEqual([
    { repository: 'a', isNew: true },
    { repository: 'a', isNew: true },
  ])
})

test('a failure is not the failure of others: they try all at once', async () => {
  const stock = createStock()
  const upload = Promise.withResolvers<'copied'>()
  let tries = 0
  const retry = Promise.withResolvers<'copied'>()
  const first = stock.bring(LAYER, 'a', () => upload.promise)
  const others = ['b', 'c'].map((repository) =>
    stock.bring(LAYER, repository, () => {
      tries++
      return retry.promise
    }),
  )
  upload.reject(new Error('the source of a is down'))
  await expect(first).rejects.toThrow('the source of a is down')
  await soon()
  expect(tries).toBe(2)
  retry.resolve('copied')
  expect(await Promise.all(others)).toEqual(['copied', 'copied'])
})

test('one that was abandoned leaves the blob to the next, and the others go on waiting', async () => {
  const stock = createStock()
  const upload = Promise.withResolvers<'copied'>()
  const next = Promise.withResolvers<'copied'>()
  let tries = 0
  const first = stock.bring(LAYER, 'a', () => upload.promise)
  const others = ['b', 'c'].map((repository) =>
    stock.bring(LAYER, repository, () => {
      tries++
      return next.promise
    }),
  )
  upload.reject(new Abandoned('another layer failed'))
  await expect(first).rejects.toThrow('another layer failed')
  await soon()
  expect(tries).toBe(1)
  next.resolve('copied')
  await Promise.all(others)
  expect(tries).toBe(2)
})

test('nobody waits at a registry that refuses to mount', async () => {
  const stock = createStock()
  stock.mounted(false)
  const never = new Promise<'copied'>(() => {})
  void stock.bring(LAYER, 'a', () => never)
  expect(await stock.bring(LAYER, 'b', async () => 'copied')).toBe('copied')
})

test('one refusal does not end the mounts of a registry that has mounted before', async () => {
  const stock = createStock()
  stock.mounted(true)
  stock.mounted(false)
  const upload = Promise.withResolvers<'copied'>()
  void stock.bring(LAYER, 'a', () => upload.promise)
  let isDone = false
  const other = stock.bring(LAYER, 'b', async () => {
    isDone = true
    return 'mounted'
  })
  await soon()
  expect(isDone).toBe(false)
  upload.resolve('copied')
  await other
})

test('a blob that the registry claims to lack is brought again', async () => {
  const stock = createStock()
  await stock.bring(LAYER, 'a', async () => 'copied')
  stock.forget(LAYER)
  let known: Holder | undefined
  await stock.bring(LAYER, 'b', async (holder) => {
    known = holder
    return 'copied'
  })
  expect(known).toBeUndefined()
})
