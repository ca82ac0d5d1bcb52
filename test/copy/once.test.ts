// Single flight of blob uploads: the leader uploads, the others wait, and a failed leader is replaced.
import { expect, test } from 'vitest'
import { Abandoned, createLock, createOnce } from '../../copy/once.ts'

test('runs work for a key once for concurrent callers', async () => {
  const once = createOnce<number>()
  let runs = 0
  const work = async (): Promise<number> => ++runs
  const done = await Promise.all(Array.from({ length: 20 }, () => once.run('blob', work)))
  expect(runs).toBe(1)
  expect(done.filter(({ led }) => led)).toHaveLength(1)
  expect(done.every(({ value }) => value === 1)).toBe(true)
})

test('runs work for different keys concurrently', async () => {
  const once = createOnce<string>()
  const never = once.run('slow', () => new Promise(() => {}))
  await expect(once.run('quick', async () => 'done')).resolves.toEqual({ value: 'done', led: true })
  await Promise.race([never, Promise.resolve()])
})

test("fails all callers with the leader's error, without a repetition", async () => {
  const once = createOnce<number>()
  let runs = 0
  const work = async (): Promise<number> => {
    runs++
    throw new Error('broken')
  }
  const settled = await Promise.allSettled(Array.from({ length: 5 }, () => once.run('blob', work)))
  expect(settled.every((one) => one.status === 'rejected' && String(one.reason) === 'Error: broken')).toBe(
    true,
  )
  await expect(once.run('blob', work)).rejects.toThrow('broken')
  expect(runs).toBe(1)
})

test('makes the next caller the leader if the leader stops for its own reason', async () => {
  const once = createOnce<string>()
  const leader = once.run('blob', async () => {
    throw new Abandoned('something else went wrong')
  })
  const follower = once.run('blob', async () => 'done')
  await expect(leader).rejects.toThrow(Abandoned)
  await expect(follower).resolves.toEqual({ value: 'done', led: true })
})

test('runs forgotten work again', async () => {
  const once = createOnce<number>()
  let runs = 0
  await once.run('blob', async () => ++runs)
  once.forget('blob')
  await expect(once.run('blob', async () => ++runs)).resolves.toEqual({ value: 2, led: true })
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('keeps both of two concurrent changes of a document', async () => {
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

test('runs the next change after a failed one', async () => {
  const lock = createLock()
  const failed = lock('tag', () => Promise.reject(new Error('broken')))
  const next = lock('tag', async () => 'done')
  await expect(failed).rejects.toThrow('broken')
  await expect(next).resolves.toBe('done')
})

test('does not block other keys', async () => {
  const lock = createLock()
  void lock('one', () => new Promise(() => {}))
  await expect(lock('two', async () => 'done')).resolves.toBe('done')
})
