// One reader of a shared stream.
import { expect, test } from 'vitest'
import { createOutlet } from '../../../copy/blobs/outlet.ts'

const chunk = (size: number): Uint8Array => new Uint8Array(size)

test('what was pushed before it is read waits in order', async () => {
  const outlet = createOutlet(100, () => {})
  outlet.push(Buffer.from('a'))
  outlet.push(Buffer.from('b'))
  outlet.end()
  const read: string[] = []
  for await (const one of outlet) read.push(String(one))
  expect(read).toEqual(['a', 'b'])
})

test('it is full from its limit on, until something is taken', async () => {
  let changes = 0
  const outlet = createOutlet(10, () => changes++)
  outlet.push(chunk(9))
  expect(outlet.isFull()).toBe(false)
  outlet.push(chunk(9))
  expect(outlet.isFull()).toBe(true)
  await outlet[Symbol.asyncIterator]().next()
  expect(outlet.isFull()).toBe(false)
  expect(changes).toBe(1)
})

test('a reader that waits gets what comes at once', async () => {
  const outlet = createOutlet(10, () => {})
  const next = outlet[Symbol.asyncIterator]().next()
  outlet.push(chunk(50))
  expect(outlet.isFull()).toBe(false)
  expect((await next).value).toHaveLength(50)
})

test('a failure comes before what is still queued: nobody should take it for the whole', async () => {
  const outlet = createOutlet(10, () => {})
  outlet.push(chunk(5))
  outlet.fail(new Error('broken'))
  await expect(outlet[Symbol.asyncIterator]().next()).rejects.toThrow('broken')
})

test('one that was left takes nothing more, and its reader is let go', async () => {
  const outlet = createOutlet(10, () => {})
  const next = outlet[Symbol.asyncIterator]().next()
  outlet.leave()
  outlet.push(chunk(50))
  expect(await next).toMatchObject({ done: true })
  expect([outlet.isClosed(), outlet.isFull()]).toEqual([true, false])
})
