/** Runs callbacks at given times and in order, despite the coarse timers of Node. */

export interface DelayLine {
  /** @param due - at or after the previous callback's, as `performance.now()` counts */
  add(due: number, run: () => void): void
}

/** Timers have a resolution of one millisecond. A callback may run early by half of that. */
const CLOSE_ENOUGH_MS = 0.5

export function delayLine(): DelayLine {
  const waiting: { readonly due: number; readonly run: () => void }[] = []
  let timer: NodeJS.Timeout | undefined

  function runDue(): void {
    timer = undefined
    const now = performance.now() + CLOSE_ENOUGH_MS
    while ((waiting[0]?.due ?? Number.POSITIVE_INFINITY) <= now) waiting.shift()?.run()
    schedule()
  }

  function schedule(): void {
    const next = waiting[0]
    if (next === undefined || timer !== undefined) return
    timer = setTimeout(runDue, Math.max(1, next.due - performance.now()))
  }

  return {
    add(due, run) {
      waiting.push({ due, run })
      schedule()
    },
  }
}
