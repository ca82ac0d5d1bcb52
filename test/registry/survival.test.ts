// Copies of blobs and manifests while one request in ten fails temporarily.
import { expect, test } from 'vitest'
import {
  type Action,
  afterBytes,
  afterReading,
  answer,
  closeAfter,
  cut,
  flip,
  loseAnswer,
  refuse,
  reset,
  resetAfter,
} from '../support/actions.ts'
import { testClient } from '../support/client.ts'
import { bytesOf, imageOf, randomBlob } from '../support/content.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { pick, seededRandom } from '../support/random.ts'
import { seedImage, storedBlob } from '../support/seed.ts'
import { TRANSIENT } from '../support/transient.ts'

const SEED = 20_261_121
const COPIES = 60
const FAULTY = 0.1

const READING: [Action, ...Action[]] = [
  resetAfter(50_000),
  closeAfter(70_000),
  cut(60_000),
  resetAfter(1),
  cut(10),
]
const WRITING: [Action, ...Action[]] = [
  loseAnswer,
  afterBytes(20_000, reset),
  afterReading(reset),
  afterReading(answer(503)),
  afterReading(refuse(404, 'BLOB_UPLOAD_UNKNOWN', 'gone')),
]

test(`completes all ${COPIES} copies with a fault at one request in ten`, async () => {
  await using source = await startFaultyRegistry()
  await using target = await startFaultyRegistry()
  await using client = testClient()
  // A random generator each, since the order of concurrent requests is not deterministic.
  breakSome(source, seededRandom(SEED))
  breakSome(target, seededRandom(SEED + 1))
  const [from, to] = [await client.open(source.address), await client.open(target.address)]
  for (let count = 0; count < COPIES; count++) {
    const image = imageOf([randomBlob(100_000)])
    await seedImage(source, image, `v${count}`)
    const head = await from.headManifest(`v${count}`)
    const manifest = await from.getManifest(head?.digest ?? '')
    for (const { descriptor } of image.blobs) await to.putBlob(descriptor, from.blob(descriptor))
    await to.putManifest(manifest, `v${count}`)
    for (const blob of image.blobs) expect((await storedBlob(target, blob))?.equals(blob.bytes)).toBe(true)
    expect(await target.store.tags.find('team/app', `v${count}`)).toBe(image.manifest.digest)
  }
  expect(source.faults.struck() + target.faults.struck()).toBeGreaterThan(COPIES * 0.3)
})

test('copies no wrong byte from a source that flips a bit in every tenth response', async () => {
  await using source = await startFaultyRegistry()
  await using target = await startFaultyRegistry()
  await using client = testClient()
  const random = seededRandom(SEED)
  const [from, to] = [await client.open(source.address), await client.open(target.address)]
  source.faults.add({ on: ({ method }) => method === 'GET' && random() < FAULTY, times: Infinity }, flip(100))
  for (let count = 0; count < 30; count++) {
    const image = imageOf([randomBlob(1000)])
    await seedImage(source, image, 'v1')
    expect(await from.getManifest(image.manifest.digest)).toEqual(image.manifest)
    for (const blob of image.blobs.slice(1)) {
      await to.putBlob(blob.descriptor, from.blob(blob.descriptor))
      expect((await bytesOf(await to.blob(blob.descriptor).open())).equals(blob.bytes)).toBe(true)
    }
  }
  expect(source.faults.struck()).toBeGreaterThan(0)
})

function breakSome({ faults }: FaultyRegistry, random: () => number): void {
  faults.add(
    { on: () => random() < FAULTY, times: Number.POSITIVE_INFINITY },
    (request, response, handler) => {
      const { method = '', url = '' } = request
      const reading = method === 'GET' && url.includes('/blobs/')
      const writing = method === 'PUT' && url.includes('/blobs/uploads/')
      const actions: [Action, ...Action[]] = reading
        ? [...READING, ...TRANSIENT]
        : writing
          ? [...WRITING, ...TRANSIENT]
          : TRANSIENT
      pick(actions, random)(request, response, handler)
    },
  )
}
