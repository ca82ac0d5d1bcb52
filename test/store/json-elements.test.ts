// Streaming of a JSON array with chunk boundaries at any byte.
import { expect, test } from 'vitest'
import { jsonElements } from '../../store/json-elements.ts'

async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, size = text.length): Promise<unknown[]> {
  const elements = []
  for await (const element of jsonElements(inPieces(text, size))) elements.push(element)
  return elements
}

const AWKWARD = [1, 'a "quoted" \\ ] , [ é ✓', [], {}, [[1, 2], { a: [','] }], { '}': '{' }, null, -1.5e3, '']

test.each([1, 2, 3, 7, 1000])('yields the elements of a text in pieces of %i bytes', async (size) => {
  expect(await read(JSON.stringify(AWKWARD), size)).toEqual(AWKWARD)
  expect(await read(`\n ${JSON.stringify(AWKWARD, undefined, 2)}\n`, size)).toEqual(AWKWARD)
})

test.each(['[]', ' [ ] ', '[\n]'])('yields nothing for the empty array %j', async (text) => {
  expect(await read(text)).toEqual([])
})

test.each([
  ['', 'the JSON array is incomplete'],
  ['[1, {"a": 2}', 'the JSON array is incomplete'],
  ['["a]', 'the JSON array is incomplete'],
  ['{"a": 1}', 'the text is not a JSON array'],
  ['nonsense', 'the text is not a JSON array'],
  ['42 [1]', 'the text is not a JSON array'],
  ['[1] [2]', 'the text is not a JSON array'],
  ['[1] 2', 'the text is not a JSON array'],
  ['[1,,2]', 'Unexpected end of JSON input'],
  ['[a]', 'is not valid JSON'],
])('fails for %j', async (text, complaint) => {
  await expect(read(text)).rejects.toThrow(complaint)
})

test('yields the elements before a broken end', async () => {
  const seen: unknown[] = []
  const reading = (async () => {
    for await (const element of jsonElements(inPieces('[1, 2, 3', 2))) seen.push(element)
  })()
  await expect(reading).rejects.toThrow('is incomplete')
  expect(seen).toEqual([1, 2])
})
