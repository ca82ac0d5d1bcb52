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
