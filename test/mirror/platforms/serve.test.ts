// A source that also serves the indexes that were made of its own.
import { expect, test } from 'vitest'
import { choose } from '../../../mirror/platforms/choose.ts'
import { isMade, servingMade } from '../../../mirror/platforms/serve.ts'
import { type Manifest, MediaType } from '../../../registry/model/manifest.ts'
import { contentInMemory, digestNamed, entry } from './content.ts'

const FORM = { platforms: ['linux/amd64'], asManifest: false }
const content = contentInMemory()
const source = { name: 'example.com/app', ...content.reader }
const index = content.index([entry('amd64', 'linux/amd64'), entry('arm64', 'linux/arm64')])

async function madeOf(manifest: Manifest): Promise<Manifest> {
  const choice = await choose(manifest, FORM, content.reader)
  if (!('made' in choice) || choice.made === undefined) throw new Error('no index was made')
  return choice.made
}

const tagOf = ({ digest, mediaType }: Manifest, origin?: string) => ({
  digest,
  mediaType,
  ...(origin && { origin }),
})

test('an index of another digest than that of the source was made, a manifest was not', () => {
  const origin = digestNamed('source')
  expect(isMade({ mediaType: MediaType.ociIndex, origin })).toBe(true)
  expect(isMade({ mediaType: MediaType.dockerList, origin })).toBe(true)
  expect(isMade({ mediaType: MediaType.ociManifest, origin })).toBe(false)
  expect(isMade({ mediaType: MediaType.ociIndex })).toBe(false)
})

test('what was made is made again, byte for byte, and everything else comes from the source', async () => {
  const made = await madeOf(index)
  const serving = servingMade(source, { form: FORM, tags: [tagOf(made, index.digest)] })
  expect(await serving.getManifest(made.digest)).toEqual(made)
  expect(await serving.getManifest(index.digest)).toEqual(index)
})

test('what is at hand is not made again', async () => {
  const made = await madeOf(index)
  const tags = [tagOf(made, index.digest)]
  const serving = servingMade(source, { form: FORM, tags, made: new Map([[made.digest, made]]) })
  content.asked.length = 0
  expect(await serving.getManifest(made.digest)).toBe(made)
  expect(content.asked).toEqual([])
})

test('a source of whose own manifests nothing was made stays as it is', () => {
  expect(servingMade(source, { form: FORM, tags: [tagOf(index)] })).toBe(source)
})

test('other bytes than those of the order are refused', async () => {
  const wrong = { digest: digestNamed('wrong'), mediaType: MediaType.ociIndex, origin: index.digest }
  const serving = servingMade(source, { form: FORM, tags: [wrong] })
  await expect(serving.getManifest(wrong.digest)).rejects.toMatchObject({
    name: 'InvalidImage',
    message: expect.stringContaining(`${index.digest} does not give ${wrong.digest} for linux/amd64`),
  })
})
