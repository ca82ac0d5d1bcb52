/**
 * Waits for all of several promises, and only then fails: what was started never goes on in the background behind
 * an error that was already reported.
 */
import { Abandoned } from './once.ts'

/** All values, or the first failure that says why: parts that were merely abandoned because of it do not. */
export async function settleAll<T>(promises: Iterable<Promise<T>>): Promise<T[]> {
  const failures: unknown[] = []
  const values: T[] = []
  const settle = async (promise: Promise<T>, index: number): Promise<void> => {
    try {
      values[index] = await promise
    } catch (error) {
      failures.push(error)
    }
  }
  await Promise.all([...promises].map(settle))
  if (failures.length === 0) return values
  throw failures.find((failure) => !(failure instanceof Abandoned)) ?? failures[0]
}
