/**
 * The time that executions live in. It is real while anything is at work, and goes by at the speed of the clock
 * while all that is left is waiting: at an infinite speed it then leaps to whatever is due next, so that hours of
 * backoff cost nothing, grow as they should, and end in the right order.
 */
// Not the global functions: those are not Node's inside of the engine.
import { clearTimeout, setTimeout } from 'node:timers'
import type { Clock } from '../clock.ts'

export interface Time {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls back once, so many milliseconds from now. */
  after(ms: number, callback: () => void): Timer
  /** Does work that takes real time, but for what it passes. */
  during<T>(work: (pass: Pass) => Promise<T>): Promise<T>
}

/** For work that only pretends to take long: waits so many milliseconds, as if it were not at work. */
export type Pass = (ms: number) => Promise<void>

export interface Timer {
  cancel(): void
}

interface Due {
  readonly at: number
  readonly callback: () => void
}

/** The longest that a timer of Node can wait, in milliseconds. */
const LONGEST_TIMER = 2_147_483_647

export function startTime({ speed }: Clock): Time {
  /** Soonest first. */
  const timers: Due[] = []
  let working = 0
  let known = Date.now()
  let knownAt = performance.now()
  let disarm = () => {}

  const rate = () => (working > 0 ? 1 : speed)

  function now(): number {
    // Nothing is due between here and a leap: until then time stands still.
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
        // Work that was given up while it passed time was not counted.
        if (passing) passing.cancel()
        else work(-1)
      }
    },
  }
}

/** After those that are due at the same time. */
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

/** Two turns of the event loop in which nobody asked for anything: all that runs is waiting. */
function afterTwoTurns(callback: () => void): () => void {
  let turn = setImmediate(() => {
    turn = setImmediate(callback)
  })
  return () => clearImmediate(turn)
}
