/** Splits pending work into what is done soon and what is late, so that a slow registry does not delay the others. */
import { type Clock, systemClock } from '../../registry/model/clock.ts'

export interface Split<T> {
  readonly prompt: readonly T[]
  /** What is still pending, in the given order. */
  readonly late: readonly Promise<T>[]
}

export interface Patience {
  readonly ms: number
  /** @default - the system clock */
  readonly clock?: Clock
}

/** Waits until the first one is done, and then for the others for as long as the patience lasts. */
export async function splitPrompt<T>(
  pending: readonly Promise<T>[],
  { ms, clock = systemClock }: Patience,
): Promise<Split<T>> {
  const enough = new AbortController()
  const first = Promise.race(pending).then(
    () => {},
    () => {},
  )
  const over = first
    .then(() => clock.sleep(ms, enough.signal))
    .then(
      () => undefined,
      () => undefined,
    )
  const boxed = pending.map((one) => one.then((value) => ({ value })))
  try {
    const settled = await Promise.all(boxed.map((one) => Promise.race([one, over])))
    return {
      prompt: settled.flatMap((done) => (done === undefined ? [] : [done.value])),
      late: pending.filter((_, index) => settled[index] === undefined),
    }
  } finally {
    enough.abort()
  }
}
