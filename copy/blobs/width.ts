/**
 * How many large blobs move at once. Where they share one line that is full, few are best: each fills its part at
 * once, and the last of them has the line to itself. Where each connection has a limit of its own, more bring more.
 * Which of the two it is, the rate tells: we begin with few, and add some for as long as that pays.
 */

export interface Width {
  /** 1 at first: how many times as many blobs as then. */
  times(): number
  /** To be told at equal intervals, while more blobs wait than may move. */
  look(bytesPerSecond: number): void
  /** What there is to know is known. */
  isSettled(): boolean
}

const WIDEST = 4
const STEP = 1.5
/** With half as many again, a line that has room brings half as much again: this part of that has to be seen. */
const WORTH_IT = 0.4

export function createWidth(): Width {
  let times = 1
  let before = { times, bytesPerSecond: 0 }
  let settled = false
  /** Connections that have just begun say nothing yet. */
  let starting = true

  function look(bytesPerSecond: number): void {
    // Say because we were asked to wait.
    if (settled || bytesPerSecond === 0) return
    if (starting) {
      starting = false
      return
    }
    const worthIt = 1 + WORTH_IT * (times / before.times - 1)
    const pays = bytesPerSecond >= before.bytesPerSecond * worthIt
    settled = !pays || times === WIDEST
    if (!pays) times = before.times
    if (settled) return
    before = { times, bytesPerSecond }
    times = Math.min(times * STEP, WIDEST)
    starting = true
  }

  return { times: () => times, look, isSettled: () => settled }
}
