// Writing and reading the state of a mirror.
import { expect, test } from 'vitest'
import { type Status, statusSchema } from '../../../mirror/status/schema.ts'
import { readStatusText, type StatusRead, statusText } from '../../../mirror/status/text.ts'
import { after, bad, good, OTHER } from './places.ts'

const STATUS = after(undefined, [
  good({ image: 'a' }),
  good({ image: 'a', target: 'eu-west-1', tags: [{ tag: '7.4', digest: OTHER }] }),
  bad({ image: 'b "quoted"\n,]}', error: { name: 'AccessDenied', message: ',"images":[\n' } }),
]).status

async function textOf(status: Status, room?: number): Promise<string> {
  let text = ''
  for await (const piece of statusText(status, room)) text += piece
  return text
}

async function read(text: string): Promise<StatusRead> {
  async function* lines() {
    yield* text.split('\n')
  }
  return await readStatusText(lines())
}

test.each([
  ['of some images', STATUS],
  ['without images', { ...STATUS, images: [] }],
])('writes a state %s as one JSON document, with one image per line', async (_, status) => {
  const text = await textOf(status)
  expect(statusSchema.parse(JSON.parse(text))).toEqual(status)
  expect(text.trimEnd().split('\n').filter(Boolean)).toHaveLength(status.images.length + 2)
  expect(await read(text)).toEqual({ status })
})

test.each([
  ['on one line', JSON.stringify(STATUS)],
  ['in many lines', JSON.stringify(STATUS, undefined, 2)],
])('reads a state that somebody wrote %s', async (_, text) => {
  expect(await read(text)).toEqual({ status: STATUS })
})

test.each([
  ['nothing', () => ''],
  ['no JSON', () => 'nonsense'],
  ['another document', () => '{"images":[]}'],
  ['another document with images on lines', () => '{"title":"x","images":[\n]}'],
  ['an image of another form', (text: string) => text.replace('"inSync"', '"fine"')],
  ['a state without its end', (text: string) => text.replace(/\]\}\n$/, '')],
  ['a state without its last image', (text: string) => text.replace(/\n[^\n]+\n\]\}\n$/, '')],
])('says why %s is no state', async (_, change) => {
  const found = await read(change(await textOf(STATUS)))
  expect(found).toMatchObject({ problem: expect.any(Error) })
})

test('fails if the text cannot be read to its end, so that nothing replaces it', async () => {
  const [first = ''] = (await textOf(STATUS)).split('\n')
  async function* broken() {
    yield first
    throw new Error('socket hang up')
  }
  await expect(readStatusText(broken())).rejects.toThrow('socket hang up')
})

test('leaves out tags that do not fit, and counts them', async () => {
  const [image] = after(undefined, [good()]).status.images
  const text = await textOf({ ...STATUS, images: image ? [image, image] : [] }, 400)
  const found = await read(text)
  const images = 'status' in found ? found.status.images : []
  expect(images).toEqual([image, { ...image, tags: {}, more: 1 }])
})
