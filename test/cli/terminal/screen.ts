// A stream for the output of commands in tests.
import { Writable } from 'node:stream'

export interface TestScreen {
  readonly stream: NodeJS.WriteStream
  /** Everything that was written so far. */
  text(): string
}

/** @param terminal - properties of a terminal, such as `isTTY` and `columns`; without them, the stream is a pipe */
export function screenOf(terminal: object = {}): TestScreen {
  let written = ''
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      written += chunk
      done()
    },
  })
  return { stream: Object.assign(stream, terminal) as unknown as NodeJS.WriteStream, text: () => written }
}
