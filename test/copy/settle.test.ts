// Waiting for everything that was started, also when something failed.
import { expect, test } from 'vitest'
import { Abandoned } from '../../copy/once.ts'
import { settleAll } from '../../copy/settle.ts'

test('gives all values in order', async () => {
  const late = new Promise<number>((resolve) => setImmediate(() => resolve(1)))
  await expect(settleAll([late, Promise.resolve(2)])).resolves.toEqual([1, 2])
})

test('fails with the first failure, but only when everything has ended', async () => {
  let ended = false
  const late = new Promise<void>((resolve) => {
    setImmediate(() => {
      ended = true
      resolve()
    })
  })
  await expect(settleAll([Promise.reject(new Error('first')), late])).rejects.toThrow('first')
  expect(ended).toBe(true)
})

test('tells the cause, and not that other parts gave up because of it', async () => {
  const parts = [Promise.reject(new Abandoned('gave up')), Promise.reject(new Error('the cause'))]
  await expect(settleAll(parts)).rejects.toThrow('the cause')
})

test('tells that a part gave up when there is no other cause', async () => {
  await expect(settleAll([Promise.reject(new Abandoned('gave up'))])).rejects.toThrow(Abandoned)
})
