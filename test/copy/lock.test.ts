// Read, change and write back, one at a time.
import { expect, test } from 'vitest'
import { createLock } from '../../copy/lock.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('two changes of one document both survive', async () => {
  const lock = createLock()
  let document: readonly string[] = []
  const add = (entry: string): Promise<void> =>
    lock('tag', async () => {
      const read = document
      await turn()
      document = [...read, entry]
    })
  await Promise.all([add('one'), add('two')])
  expect(document).toEqual(['one', 'two'])
})

test('a change that fails does not block the next one', async () => {
  const lock = createLock()
  const failed = lock('tag', () => Promise.reject(new Error('broken')))
  const next = lock('tag', async () => 'done')
  await expect(failed).rejects.toThrow('broken')
  await expect(next).resolves.toBe('done')
})

test('other keys do not wait', async () => {
  const lock = createLock()
  void lock('one', () => new Promise(() => {}))
  await expect(lock('two', async () => 'done')).resolves.toBe('done')
})
