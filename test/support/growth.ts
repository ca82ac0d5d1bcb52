// The growth of work with its input, in processor time of this thread: other programs on the machine do not change it.

const FACTOR = 8
/** Shorter times are noise. */
const FLOOR_US = 1_000
const TRIES = 3

/** Between the growth of linear work, about 8 times, and of quadratic work, 64 times. */
export const AT_MOST_LINEAR = 24

/** How much longer the work takes for eight times the input. */
export function growth(size: number, work: (size: number) => unknown): number {
  return (
    least(() => work(size * FACTOR)) /
    Math.max(
      least(() => work(size)),
      FLOOR_US,
    )
  )
}

/** The first runs include compilation, and some runs a garbage collection. */
function least(work: () => unknown): number {
  const times = Array.from({ length: TRIES }, () => {
    const before = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(before)
    return user + system
  })
  return Math.min(...times)
}
