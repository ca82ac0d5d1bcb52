/** How far a job is: counted while it runs, told in plain lines that a log can keep. */

/** Told by the copier. */
export interface Meter {
  /** A blob has to be uploaded. */
  found(bytes: number): void
  /** It has been. */
  done(bytes: number): void
}

export interface Snapshot {
  readonly blobs: { readonly done: number; readonly found: number }
  readonly bytes: { readonly moved: number; readonly found: number }
  /** Over the last seconds. */
  readonly bytesPerSecond: number
  /** For what is known so far; undefined while nothing moves. */
  readonly secondsLeft?: number
}

export interface Progress extends Meter {
  /** Looks at the clock and at what has moved since the last look. */
  look(): Snapshot
}

/** How much weight the past keeps from one look to the next: smooth, and still at home after a few looks. */
const INERTIA = 0.6

/** `moved` gives the bytes that went out so far; `now` is in milliseconds. */
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
    // What went out includes attempts that broke and the protocol's own bytes: never more than there is to move.
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
