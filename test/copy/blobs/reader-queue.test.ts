// The queue of one reader of a shared stream.
import { expect, test } from 'vitest'
import { createReaderQueue } from '../../../copy/blobs/reader-queue.ts'

const chunk = (size: number): Uint8Array => new Uint8Array(size)

test('queues chunks in order until they are read', async () => {
  const queue = createReaderQueue(100, () => {})
  queue.push(Buffer.from('a'))
  queue.push(Buffer.from('b'))
  queue.end()
  const read: string[] = []
  for await (const one of queue) read.push(String(one))
  expect(read).toEqual(['a', 'b'])
})

test('is full at its limit until a chunk is taken', async () => {
  let changes = 0
  const queue = createReaderQueue(10, () => changes++)
  queue.push(chunk(9))
  expect(queue.isFull()).toBe(false)
  queue.push(chunk(9))
  expect(queue.isFull()).toBe(true)
  await queue[Symbol.asyncIterator]().next()
  expect(queue.isFull()).toBe(false)
  expect(changes).toBe(1)
})

test('passes a chunk directly to a waiting reader', async () => {
  const queue = createReaderQueue(10, () => {})
  const next = queue[Symbol.asyncIterator]().next()
  queue.push(chunk(50))
  expect(queue.isFull()).toBe(false)
  expect((await next).value).toHaveLength(50)
})

test('delivers a failure before queued chunks, which are incomplete', async () => {
  const queue = createReaderQueue(10, () => {})
  queue.push(chunk(5))
  queue.fail(new Error('broken'))
  await expect(queue[Symbol.asyncIterator]().next()).rejects.toThrow('broken')
})

test('accepts nothing after the reader leaves, and ends a pending read', async () => {
  const queue = createReaderQueue(10, () => {})
  const next = queue[Symbol.asyncIterator]().next()
  queue.leave()
  queue.push(chunk(50))
  expect(await next).toMatchObject({ done: true })
  expect([queue.isClosed(), queue.isFull()]).toEqual([true, false])
})
