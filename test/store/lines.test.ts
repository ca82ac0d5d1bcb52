// Lines of a text that arrives in pieces.
import { expect, test } from 'vitest'
import { linesOf } from '../../store/lines.ts'

async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, size: number): Promise<string[]> {
  const lines: string[] = []
  for await (const line of linesOf(inPieces(text, size))) lines.push(line)
  return lines
}

test.each([1, 2, 3, 7, 1000])('yields the lines of a text in pieces of %i bytes', async (size) => {
  for (const text of ['one line', 'é\n✓\n\nlast', 'ends with a line end\n', '\n\n', '{"a":"\\n"}\n']) {
    expect(await read(text, size), text).toEqual(text.split('\n'))
  }
})

test('takes time proportional to the text, also for one long line', async () => {
  const text = 'x'.repeat(20_000_000)
  expect((await read(text, 1_000)).map(({ length }) => length)).toEqual([text.length])
})
