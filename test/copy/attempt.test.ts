// An attempt ends with its first failure, and starts no work after it.
import { expect, test } from 'vitest'
import { attempt, type CopyContext, runPart, settleAll, throwIfStopped } from '../../copy/attempt.ts'
import { Abandoned } from '../../copy/once.ts'

const context = {} as CopyContext

test('reports the first failure, not the parts that stopped because of it', async () => {
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

test('reports an abandoned part by the failure that stopped it', async () => {
  const work = attempt(context, async (started) => {
    await runPart(started, () => Promise.reject(new Error('the cause'))).catch(() => {})
    throwIfStopped(started)
  })
  await expect(work).rejects.toThrow('the cause')
})

test('lets an attempt that waits for the same step continue', async () => {
  await attempt(context, async (failed) => {
    await runPart(failed, () => Promise.reject(new Error('the cause'))).catch(() => {})
    expect(() => throwIfStopped(failed)).toThrow(Abandoned)
    await attempt(context, async (other) => expect(() => throwIfStopped(other)).not.toThrow())
  })
})

test('counts blobs by their outcome', async () => {
  await attempt(context, async ({ tally }) => {
    tally.blob('copied', 10)
    tally.blob('present', 20)
    tally.blob('mounted', 30)
    expect([tally.blobs(), tally.bytes()]).toEqual([{ copied: 1, mounted: 1, present: 1 }, 10])
  })
})

test('counts an artifact with its image', async () => {
  await attempt(context, async (image) => {
    await attempt(image, async ({ tally }) => tally.blob('copied', 10))
    expect(image.tally.bytes()).toBe(10)
  })
})

test('returns all settled values in order', async () => {
  const late = new Promise<number>((resolve) => setImmediate(() => resolve(1)))
  await expect(settleAll([late, Promise.resolve(2)])).resolves.toEqual([1, 2])
})

test('fails with the first failure once all parts have settled', async () => {
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

test('reports the cause, not the abandoned parts', async () => {
  const parts = [Promise.reject(new Abandoned('gave up')), Promise.reject(new Error('the cause'))]
  await expect(settleAll(parts)).rejects.toThrow('the cause')
})

test('reports an abandoned part if there is no other cause', async () => {
  await expect(settleAll([Promise.reject(new Abandoned('gave up'))])).rejects.toThrow(Abandoned)
})
