// Which blobs are read into memory.
import { expect, test } from 'vitest'
import { readSmallBlob } from '../../mirror/small-blob.ts'

function blobOf(...chunks: string[]) {
  let opened = 0
  return {
    size: chunks.join('').length,
    opened: () => opened,
    async open() {
      opened++
      return (async function* () {
        for (const chunk of chunks) yield Buffer.from(chunk)
      })()
    },
  }
}

test('a blob of exactly the limit is read whole', async () => {
  expect(String(await readSmallBlob(blobOf('ab', 'c'), 3))).toBe('abc')
})

test('a larger blob is not opened', async () => {
  const blob = blobOf('ab', 'cd')
  expect(await readSmallBlob(blob, 3)).toBeUndefined()
  expect(blob.opened()).toBe(0)
})
