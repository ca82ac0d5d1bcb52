import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { CLOCKS } from '../../../local/clock.ts'
import { startTime } from '../../../local/stepfunctions/time.ts'

const HOUR = 3_600_000

test('leaps to the next due timer when only timers are left', async () => {
  const time = startTime(CLOCKS.instant)
  const started = time.now()
  const rung: [string, number][] = []
  const ring = (name: string) => rung.push([name, (time.now() - started) / HOUR])
  await new Promise<void>((resolve) => {
    time.after(5 * HOUR, resolve)
    time.after(3 * HOUR, () => ring('third hour'))
    time.after(HOUR, () => {
      ring('first hour')
      time.after(HOUR, () => ring('an hour later'))
    })
  })
  expect(rung).toEqual([
    ['first hour', 1],
    ['an hour later', 2],
    ['third hour', 3],
  ])
  expect(time.now() - started).toBe(5 * HOUR)
})

test('runs in real time while work is in progress', async () => {
  const time = startTime(CLOCKS.instant)
  const started = time.now()
  const order: string[] = []
  const hour = new Promise<void>((resolve) => {
    time.after(HOUR, () => {
      order.push('an hour')
      resolve()
    })
  })
  await time.during(async () => {
    await sleep(20)
    order.push('work')
    expect(time.now() - started).toBeLessThan(HOUR)
  })
  await hour
  expect(order).toEqual(['work', 'an hour'])
})

test('fires timers that become due during work', async () => {
  const time = startTime(CLOCKS.instant)
  await time.during(() => new Promise<void>((resolve) => time.after(5, resolve)))
})

test('lets work pass virtual hours', async () => {
  const time = startTime(CLOCKS.instant)
  const started = time.now()
  const two = [2, 3].map((hours) => time.during((pass) => pass(hours * HOUR)))
  await Promise.all(two)
  expect((time.now() - started) / HOUR).toBeCloseTo(3, 3)
})

test('ignores abandoned work that passes time', async () => {
  const time = startTime(CLOCKS.instant)
  const started = time.now()
  const gaveUp = new Promise<void>((resolve) => time.after(HOUR, resolve))
  await time.during((pass) => Promise.race([pass(9 * HOUR), gaveUp]))
  await time.during(() => sleep(5))
  await new Promise<void>((resolve) => time.after(HOUR, resolve))
  expect((time.now() - started) / HOUR).toBeCloseTo(2, 3)
})

test('neither fires nor waits for a cancelled timer', async () => {
  const time = startTime(CLOCKS.instant)
  const started = time.now()
  let rung = false
  const timer = time.after(HOUR, () => {
    rung = true
  })
  timer.cancel()
  await new Promise<void>((resolve) => time.after(2 * HOUR, resolve))
  expect(rung).toBe(false)
  expect(time.now() - started).toBe(2 * HOUR)
})

test('waits a minute within a second on a fast clock', async () => {
  const time = startTime({ speed: 6000 })
  const real = performance.now()
  const started = time.now()
  await new Promise<void>((resolve) => time.after(60_000, resolve))
  expect(time.now() - started).toBeGreaterThanOrEqual(60_000)
  expect(performance.now() - real).toBeGreaterThanOrEqual(9)
})
