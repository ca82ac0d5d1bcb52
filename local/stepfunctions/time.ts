/**
 * Virtual time of executions. It is real while work runs, and advances at the clock's speed while everything waits. At
 * infinite speed it jumps to the next timer, so that hours of backoff cost nothing and end in the right order.
 */
// Imports Node's timers, because the global ones are replaced inside the engine.
import { clearTimeout, setTimeout } from 'node:timers'
import type { Clock } from '../clock.ts'

export interface Time {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once, after this many milliseconds. */
  after(ms: number, callback: () => void): Timer
  /** Runs work in real time, except for the time that it passes. */
  during<T>(work: (pass: Pass) => Promise<T>): Promise<T>
}

/** For work that simulates a duration: waits this many milliseconds without counting as work. */
export type Pass = (ms: number) => Promise<void>

export interface Timer {
  cancel(): void
}

interface Due {
  readonly at: number
  readonly callback: () => void
}

/** The longest delay of a Node timer, in milliseconds. */
const LONGEST_TIMER = 2_147_483_647

export function startTime({ speed }: Clock): Time {
  /** Sorted by due time. */
  const timers: Due[] = []
  let working = 0
  let known = Date.now()
  let knownAt = performance.now()
  let disarm = () => {}

  const rate = () => (working > 0 ? 1 : speed)

  function now(): number {
    // At infinite speed, time stands still between jumps.
    return rate() === Number.POSITIVE_INFINITY ? known : known + (performance.now() - knownAt) * rate()
  }

  function remember(time: number): void {
    known = time
    knownAt = performance.now()
  }

  function work(change: 1 | -1): void {
    remember(now())
    working += change
    arm()
  }

  function arm(): void {
    disarm()
    const [next] = timers
    if (!next) return
    disarm =
      rate() === Number.POSITIVE_INFINITY
        ? afterTwoTurns(() => fire(next))
        : afterReal((next.at - now()) / rate(), () => fire(next))
  }

  function fire(next: Due): void {
    const time = now()
    const due = time >= next.at || rate() === Number.POSITIVE_INFINITY
    if (due) {
      remember(Math.max(time, next.at))
      remove(timers, next)
    }
    arm()
    if (due) next.callback()
  }

  function after(ms: number, callback: () => void): Timer {
    const due = { at: now() + ms, callback }
    insert(timers, due)
    arm()
    return {
      cancel() {
        if (remove(timers, due)) arm()
      },
    }
  }

  return {
    now,
    after,
    async during(task) {
      let passing: Timer | undefined
      const pass: Pass = async (ms) => {
        work(-1)
        await new Promise<void>((resolve) => {
          passing = after(ms, resolve)
        })
        passing = undefined
        work(1)
      }
      work(1)
      try {
        return await task(pass)
      } finally {
        // Work that was abandoned while it passed time was not counted.
        if (passing) passing.cancel()
        else work(-1)
      }
    },
  }
}

/** Inserts after timers with the same due time. */
function insert(timers: Due[], due: Due): void {
  const index = timers.findIndex(({ at }) => at > due.at)
  timers.splice(index < 0 ? timers.length : index, 0, due)
}

function remove(timers: Due[], due: Due): boolean {
  const index = timers.indexOf(due)
  if (index >= 0) timers.splice(index, 1)
  return index >= 0
}

function afterReal(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.min(Math.max(ms, 0), LONGEST_TIMER))
  return () => clearTimeout(timer)
}

/** Calls back after two turns of the event loop without activity: everything is waiting. */
function afterTwoTurns(callback: () => void): () => void {
  let turn = setImmediate(() => {
    turn = setImmediate(callback)
  })
  return () => clearImmediate(turn)
}
