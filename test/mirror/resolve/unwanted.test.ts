// Why tags that were mirrored before are not selected any more.
import { expect, test } from 'vitest'
import { findUnwanted } from '../../../mirror/resolve/unwanted.ts'
import { RegistryError } from '../../../registry/model/errors.ts'
import { sourceOf } from './sources.ts'

const source = sourceOf({ tags: { '1': 'a', '2': 'b', '3': 'c' } })
const selected = new Set(['3'])

test('tells tags that are gone from those that are not selected', async () => {
  const found = await findUnwanted(source, ['0', '2', '3'], { selected, available: ['1', '2', '3'] })
  expect(found).toEqual([
    { tag: '2', reason: 'unselected' },
    { tag: '0', reason: 'gone' },
  ])
})

test('does not trust a list that lacks a tag of the source, or is empty', async () => {
  expect(await findUnwanted(source, ['2'], { selected, available: ['3'] })).toBeUndefined()
  expect(await findUnwanted(source, ['2'], { selected: new Set(), available: [] })).toBeUndefined()
})

test('requests the tags of an entry that names its own', async () => {
  expect(await findUnwanted(source, ['0', '2'], { selected, available: undefined })).toEqual([
    { tag: '0', reason: 'gone' },
    { tag: '2', reason: 'unselected' },
  ])
})

test.each(['rateLimited', 'unavailable', 'unauthorized'] as const)(
  'leaves out a tag whose request is answered with %s',
  async (kind) => {
    const failing = sourceOf({
      tags: { '3': 'c' },
      failure: (request) => (request === 'HEAD 0' ? new RegistryError('no', { kind }) : undefined),
    })
    expect(await findUnwanted(failing, ['0', '1'], { selected, available: ['3'] })).toEqual([
      { tag: '1', reason: 'gone' },
    ])
  },
)

test('leaves the rest to the next run after some hundred requests', async () => {
  const many = Array.from({ length: 700 }, (_, index) => `gone-${index}`)
  expect(await findUnwanted(source, many, { selected, available: ['3'] })).toHaveLength(500)
})
