// The defaults of a minimal list.
import { expect, test } from 'vitest'
import { listSchema } from '../../../mirror/list/config.ts'

test('repositories are made mutable and scanned unless the list says otherwise', () => {
  const list = listSchema.parse({ regions: ['us-east-1'], images: ['redis'] })
  expect(list).toEqual({
    regions: ['us-east-1'],
    images: ['redis'],
    repositories: { immutableTags: false, scanOnPush: true, tags: {} },
  })
})

test('one setting leaves the others as they are', () => {
  const list = { regions: ['us-east-1'], images: ['redis'], repositories: { immutableTags: true } }
  expect(listSchema.parse(list).repositories).toEqual({ immutableTags: true, scanOnPush: true, tags: {} })
})
