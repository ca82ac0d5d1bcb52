// A stream whose failure is recorded.
import { expect, test } from 'vitest'
import { observeFailure } from '../../copy/observe-failure.ts'

async function* bytes(error?: Error): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a')
  if (error) throw error
  yield Buffer.from('b')
}

test('passes bytes unchanged, and reports no failure at the end', async () => {
  const failures: unknown[] = []
  const read: string[] = []
  for await (const chunk of observeFailure(bytes(), (error) => failures.push(error))) read.push(String(chunk))
  expect([read, failures]).toEqual([['a', 'b'], []])
})

test('reports a failure and passes it on', async () => {
  const failures: unknown[] = []
  const stream = observeFailure(bytes(new Error('reset')), (error) => failures.push(error))
  const read = async (): Promise<void> => {
    for await (const _ of stream);
  }
  await expect(read()).rejects.toThrow('reset')
  expect(String(failures)).toBe('Error: reset')
})

test('closes the source without a failure when the reader leaves early', async () => {
  const failures: unknown[] = []
  const inner = bytes()
  for await (const _ of observeFailure(inner, (error) => failures.push(error))) break
  expect(await inner.next()).toMatchObject({ done: true })
  expect(failures).toEqual([])
})
