import { expect, test } from 'vitest'
import { splitPrompt } from '../../../cli/registries/prompt.ts'
import { systemClock } from '../../../registry/model/clock.ts'

/** A clock whose only sleep ends when the test says so. */
function patience() {
  const over = Promise.withResolvers<void>()
  const asleep = Promise.withResolvers<void>()
  const sleep = () => {
    asleep.resolve()
    return over.promise
  }
  return { options: { ms: 1, clock: { ...systemClock, sleep } }, end: over.resolve, asleep: asleep.promise }
}

test('what is done while the patience lasts is prompt, in the given order', async () => {
  const { options } = patience()
  const slow = Promise.withResolvers<string>()
  const split = splitPrompt([slow.promise, Promise.resolve('b')], options)
  slow.resolve('a')
  expect(await split).toEqual({ prompt: ['a', 'b'], late: [] })
})

test('what takes longer is late, and is still pending', async () => {
  const { options, end } = patience()
  const slow = Promise.withResolvers<string>()
  const split = splitPrompt([slow.promise, Promise.resolve('b')], options)
  end()
  const { prompt, late } = await split
  expect(prompt).toEqual(['b'])
  slow.resolve('a')
  expect(await Promise.all(late)).toEqual(['a'])
})

test('the patience starts with the first that is done, so that equally slow ones stay together', async () => {
  const { options, end, asleep } = patience()
  const [one, other] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
  const split = splitPrompt([one.promise, other.promise], options)
  let slept = false
  void asleep.then(() => {
    slept = true
  })
  await Promise.resolve()
  expect(slept).toBe(false)
  one.resolve('a')
  await asleep
  other.resolve('b')
  await other.promise
  end()
  expect((await split).prompt).toEqual(['a', 'b'])
})

test('nothing is split from nothing', async () => {
  const { options, end } = patience()
  end()
  expect(await splitPrompt([], options)).toEqual({ prompt: [], late: [] })
})
