import { expect, test } from 'vitest'
import { openFeed } from '../../../registry/blobs/feed.ts'
import type { BlobSource } from '../../../registry/model/registry.ts'
import { bytesOf } from '../../support/content.ts'

function sourceOf(...parts: readonly (string | Error)[]): BlobSource & { closed(): boolean } {
  let closed = false
  return {
    size: 6,
    closed: () => closed,
    open: async () =>
      (async function* () {
        try {
          for (const part of parts) {
            if (part instanceof Error) throw part
            yield Buffer.from(part)
          }
        } finally {
          closed = true
        }
      })(),
  }
}

const open = (source: BlobSource) => openFeed(source, new AbortController().signal)

test('reads a whole source', async () => {
  const feed = await open(sourceOf('abc', 'def'))
  expect((await bytesOf(feed.take(6))).toString()).toBe('abcdef')
  expect(feed.sent()).toBe(6)
  expect(feed.failure()).toBeUndefined()
})

test('splits chunks at the boundaries of the parts', async () => {
  const feed = await open(sourceOf('a', 'bcde', 'f'))
  const parts = [await bytesOf(feed.take(2)), await bytesOf(feed.take(2)), await bytesOf(feed.take(2))]
  expect(parts.map(String)).toEqual(['ab', 'cd', 'ef'])
})

test('fails with the last bytes if the source fails at its end', async () => {
  const wrong = new Error('wrong digest')
  const feed = await open(sourceOf('abc', 'def', wrong))
  await expect(bytesOf(feed.take(6))).rejects.toBe(wrong)
  expect(feed.failure()).toBe(wrong)
})

test('blames the source if it ends early', async () => {
  const feed = await open(sourceOf('abc'))
  await expect(bytesOf(feed.take(6))).rejects.toThrow('the source ended 3 bytes early')
  expect(feed.failure()).toMatchObject({ kind: 'invalidContent' })
})

test('stops reading when the source is closed', async () => {
  const source = sourceOf('abc', 'def')
  const feed = await open(source)
  await feed.take(6)[Symbol.asyncIterator]().next()
  feed.close()
  await expect.poll(() => source.closed(), { timeout: 60_000 }).toBe(true)
})
