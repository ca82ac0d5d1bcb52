// The defaults of a minimal list.
import { expect, test } from 'vitest'
import { listSchema } from '../../../mirror/list/config.ts'

test('a list states no settings of repositories that nobody wrote, so that none are compared', () => {
  const list = listSchema.parse({ regions: ['us-east-1'], images: ['redis'] })
  expect(list).toEqual({ regions: ['us-east-1'], images: ['redis'], repositories: {} })
})

test('one setting states no others', () => {
  const list = { regions: ['us-east-1'], images: ['redis'], repositories: { immutableTags: true } }
  expect(listSchema.parse(list).repositories).toEqual({ immutableTags: true })
})
