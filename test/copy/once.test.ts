// Single flight of blob uploads: the leader uploads, the others wait, and a failed leader is replaced.
import { expect, test } from 'vitest'
import { Abandoned, createLock, createOnce } from '../../copy/once.ts'

test('work for one key is done once, however many ask at the same time', async () => {
  const once = createOnce<number>()
  let runs = 0
  const work = async (): Promise<number> => ++runs
  const done = await Promise.all(Array.from({ length: 20 }, () => once.run('blob', work)))
  expect(runs).toBe(1)
  expect(done.filter(({ led }) => led)).toHaveLength(1)
  expect(done.every(({ value }) => value === 1)).toBe(true)
})

test('different keys do not wait for each other', async () => {
  const once = createOnce<string>()
  const never = once.run('slow', () => new Promise(() => {}))
  await expect(once.run('quick', async () => 'done')).resolves.toEqual({ value: 'done', led: true })
  await Promise.race([never, Promise.resolve()])
})

test('a failed leader releases everybody who waits, with its error, and nobody repeats it', async () => {
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

test('when a leader stops for a reason of its own, the next one takes over', async () => {
  const once = createOnce<string>()
  const leader = once.run('blob', async () => {
    throw new Abandoned('something else went wrong')
  })
  const follower = once.run('blob', async () => 'done')
  await expect(leader).rejects.toThrow(Abandoned)
  await expect(follower).resolves.toEqual({ value: 'done', led: true })
})

test('what was forgotten is done again', async () => {
  const once = createOnce<number>()
  let runs = 0
  await once.run('blob', async () => ++runs)
  once.forget('blob')
  await expect(once.run('blob', async () => ++runs)).resolves.toEqual({ value: 2, led: true })
})

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
