// Parsers of foreign text take bounded time for any text.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type InTime, inTime } from './in-time.ts'
import { PARSER_NAMES, WORST } from './parsers.ts'

const LENGTH = 64 * 1024

let thread: InTime
beforeAll(() => {
  thread = inTime(new URL('parser-thread.ts', import.meta.url))
})
afterAll(() => thread[Symbol.asyncDispose]())

test.each(PARSER_NAMES)(
  '64 KB of the worst for it do not keep the parser busy: %s',
  async (parser) => {
    const slow: string[] = []
    for (const [again, end = ''] of WORST) {
      const text = `${again.repeat(Math.ceil(LENGTH / again.length))}${end}`
      if (!(await thread.done({ parser, text }))) slow.push(again)
    }
    expect(slow).toEqual([])
  },
  300_000,
)
