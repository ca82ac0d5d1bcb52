// An attempt ends with its first failure, and starts no work after it.
import { expect, test } from 'vitest'
import { attempt, type CopyContext, runPart, settleAll, throwIfStopped } from '../../copy/attempt.ts'
import { Abandoned } from '../../copy/once.ts'

const context = {} as CopyContext

test('the first failure is told, not that other parts gave up because of it', async () => {
  const work = attempt(context, (started) =>
    settleAll([
      runPart(started, async () => {
        throw new Error('the cause')
      }),
      runPart(started, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        throwIfStopped(started)
      }),
    ]),
  )
  await expect(work).rejects.toThrow('the cause')
})

test('a part that was abandoned because of a failure elsewhere is told by that failure', async () => {
  const work = attempt(context, async (started) => {
    await runPart(started, () => Promise.reject(new Error('the cause'))).catch(() => {})
    throwIfStopped(started)
  })
  await expect(work).rejects.toThrow('the cause')
})

test('the attempt that waits for the same thing goes on', async () => {
  await attempt(context, async (failed) => {
    await runPart(failed, () => Promise.reject(new Error('the cause'))).catch(() => {})
    expect(() => throwIfStopped(failed)).toThrow(Abandoned)
    await attempt(context, async (other) => expect(() => throwIfStopped(other)).not.toThrow())
  })
})

test('blobs are counted by what became of them', async () => {
  await attempt(context, async ({ tally }) => {
    tally.blob('copied', 10)
    tally.blob('present', 20)
    tally.blob('mounted', 30)
    expect([tally.blobs(), tally.bytes()]).toEqual([{ copied: 1, mounted: 1, present: 1 }, 10])
  })
})

test('an artifact counts towards its image', async () => {
  await attempt(context, async (image) => {
    await attempt(image, async ({ tally }) => tally.blob('copied', 10))
    expect(image.tally.bytes()).toBe(10)
  })
})

test('settling gives all values in order', async () => {
  const late = new Promise<number>((resolve) => setImmediate(() => resolve(1)))
  await expect(settleAll([late, Promise.resolve(2)])).resolves.toEqual([1, 2])
})

test('settling fails with the first failure, but only when everything has ended', async () => {
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

test('settling tells the cause, and not that other parts gave up because of it', async () => {
  const parts = [Promise.reject(new Abandoned('gave up')), Promise.reject(new Error('the cause'))]
  await expect(settleAll(parts)).rejects.toThrow('the cause')
})

test('settling tells that a part gave up when there is no other cause', async () => {
  await expect(settleAll([Promise.reject(new Abandoned('gave up'))])).rejects.toThrow(Abandoned)
})
