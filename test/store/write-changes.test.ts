// Which documents are written.
import { expect, test } from 'vitest'
import { writeChanges } from '../../store/write-changes.ts'

interface Document {
  readonly by: Readonly<Record<string, number>>
  readonly note?: string | undefined
}

const STORED: Document = { by: { one: 1, other: 2 } }

function start(failure?: Error) {
  const written: Document[] = []
  const write = writeChanges(STORED, async (next) => {
    if (failure !== undefined) throw failure
    written.push(next)
  })
  return { write, written }
}

test('skips a document that is stored already, in whatever order its keys are', async () => {
  const { write, written } = start()
  await write({ by: { other: 2, one: 1 } })
  expect(written).toEqual([])
})

test('skips properties that are undefined', async () => {
  const { write, written } = start()
  await write({ ...STORED, note: undefined })
  expect(written).toEqual([])
})

test('compares with the last written document', async () => {
  const { write, written } = start()
  const changed = { by: { one: 2 } }
  await write(changed)
  await write({ ...changed })
  await write(STORED)
  expect(written).toEqual([changed, STORED])
})

test('writes again what could not be written', async () => {
  const { write } = start(new Error('denied'))
  await expect(write({ by: {} })).rejects.toThrow('denied')
  await expect(write({ by: {} })).rejects.toThrow('denied')
})
