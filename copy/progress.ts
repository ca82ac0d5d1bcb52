/** Progress counters of a job, and their text for logs and terminals. */

/** Receives events from the copier. */
export interface Meter {
  /** A blob must be uploaded. */
  found(bytes: number): void
  /** The blob has been uploaded. */
  done(bytes: number): void
}

export interface Snapshot {
  readonly blobs: { readonly done: number; readonly found: number }
  readonly bytes: { readonly moved: number; readonly found: number }
  /** Average over the last few seconds. */
  readonly bytesPerSecond: number
  /** Time left for the blobs found so far. Undefined while no bytes move. */
  readonly secondsLeft?: number
}

export interface Progress extends Meter {
  /** Samples the clock and the bytes moved, and updates the rate. */
  look(): Snapshot
}

/** Weight of the previous rate in the moving average. */
const INERTIA = 0.6

/** `moved` returns the bytes sent so far; `now` returns milliseconds. */
export function createProgress(moved: () => number, now: () => number): Progress {
  const blobs = { done: 0, found: 0 }
  const bytes = { done: 0, found: 0 }
  let last = { at: now(), moved: moved() }
  let rate: number | undefined

  function look(): Snapshot {
    const here = { at: now(), moved: moved() }
    const seconds = (here.at - last.at) / 1000
    if (seconds > 0) {
      const current = (here.moved - last.moved) / seconds
      rate = rate === undefined ? current : rate * INERTIA + current * (1 - INERTIA)
      last = here
    }
    return snapshot(here.moved, rate ?? 0)
  }

  function snapshot(out: number, bytesPerSecond: number): Snapshot {
    // Capped, because the bytes sent include failed attempts and protocol overhead.
    const done = Math.max(bytes.done, Math.min(out, bytes.found))
    const left = bytes.found - done
    const known = { blobs: { ...blobs }, bytes: { moved: done, found: bytes.found }, bytesPerSecond }
    return bytesPerSecond < 1 ? known : { ...known, secondsLeft: left / bytesPerSecond }
  }

  return {
    found(size) {
      blobs.found++
      bytes.found += size
    },
    done(size) {
      blobs.done++
      bytes.done += size
    },
    look,
  }
}

/** `copied 12.5 of 94.4 MB, 3 of 24 blobs, 48.2 MB/s, about 2 s left` */
export function describeProgress({ blobs, bytes, bytesPerSecond, secondsLeft }: Snapshot): string {
  const left = secondsLeft === undefined ? 'waiting' : `about ${Math.ceil(secondsLeft)} s left`
  return (
    `copied ${megabytes(bytes.moved)} of ${megabytes(bytes.found)} MB, ${blobs.done} of ${blobs.found} blobs, ` +
    `${megabytes(bytesPerSecond)} MB/s, ${left}`
  )
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
