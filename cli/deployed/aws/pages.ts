/** Reads the pages of a request to AWS. */
import type { Mirror } from './mirror.ts'

/** @param action - the permission that each page needs. @throws AwsProblem for an error that has a known fix */
export async function* pagesOf<Page>(
  ask: Mirror['ask'],
  action: string,
  pages: AsyncIterable<Page>,
): AsyncGenerator<Page> {
  const iterator = pages[Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await ask(action, iterator.next())
    if (done) return
    yield value
  }
}
