// A stream whose failure is recorded.
import { expect, test } from 'vitest'
import { observeFailure } from '../../copy/observe-failure.ts'

async function* bytes(error?: Error): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a')
  if (error) throw error
  yield Buffer.from('b')
}

test('bytes pass untouched, and an end is no failure', async () => {
  const failures: unknown[] = []
  const read: string[] = []
  for await (const chunk of observeFailure(bytes(), (error) => failures.push(error))) read.push(String(chunk))
  expect([read, failures]).toEqual([['a', 'b'], []])
})

test('a failure is noted and passed on', async () => {
  const failures: unknown[] = []
  const stream = observeFailure(bytes(new Error('reset')), (error) => failures.push(error))
  const read = async (): Promise<void> => {
    for await (const _ of stream);
  }
  await expect(read()).rejects.toThrow('reset')
  expect(String(failures)).toBe('Error: reset')
})

test('a stream that is left early is left at its source as well, and that is no failure', async () => {
  const failures: unknown[] = []
  const inner = bytes()
  for await (const _ of observeFailure(inner, (error) => failures.push(error))) break
  expect(await inner.next()).toMatchObject({ done: true })
  expect(failures).toEqual([])
})
