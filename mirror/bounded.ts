/** Many things at once, but not all of them: an unbounded `Promise.all` is how a registry is knocked over. */

/** Maps in order, with at most `limit` in flight. The first failure is thrown, and nothing new is started after it. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  // One queue for all workers: each takes the next item when it is free. A `for` that throws closes it for all.
  const queue = items.entries().map((entry) => entry)
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}

/**
 * The same for more items than should be in memory together: gives the results in order, as they are asked for, and
 * keeps none. Work that was started when one fails, or when nobody asks any more, is not waited for.
 */
export async function* eachBounded<T, R>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const inFlight: Promise<R>[] = []
  for (const item of items) {
    const started = work(item)
    // Its failure is thrown when its turn comes, which may be never.
    started.catch(() => {})
    inFlight.push(started)
    if (inFlight.length < limit) continue
    const first = inFlight.shift()
    if (first) yield await first
  }
  for (const left of inFlight) yield await left
}
