import { expect, test } from 'vitest'
import { fewTags } from '../../../cli/sync/few-tags.ts'
import type { Progress } from '../../../registry/model/registry.ts'
import { failing, startRegistry } from '../../copy/registries.ts'

const signal = new AbortController().signal

/** A source that lists a hundred tags with each page. */
function listing(pages: number) {
  let read = 0
  return {
    read: () => read,
    async listTags(given?: AbortSignal, progress?: Progress): Promise<string[]> {
      for (read = 0; read < pages; ) {
        given?.throwIfAborted()
        read++
        progress?.(read * 100)
      }
      return ['v1']
    },
  }
}

test('lists the tags of a source that has few', async () => {
  expect(await fewTags(listing(5), signal)).toEqual(['v1'])
})

test('gives up on a source that has many, without reading the rest of them', async () => {
  const source = listing(1_000)
  expect(await fewTags(source, signal)).toBeUndefined()
  expect(source.read()).toBe(6)
})

test('a source that does not list its tags is no failure', async () => {
  await using source = await startRegistry()
  await source.build('team/app')
  source.breakWith(failing(/tags\/list/, 403))
  expect(await fewTags(await source.open('team/app'), signal)).toBeUndefined()
})
