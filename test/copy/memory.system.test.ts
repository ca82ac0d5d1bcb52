// The peak memory of a process does not depend on the size of a blob.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import { AMD64 } from './images.ts'
import { startPair, type TestPair } from './pair.ts'
import { layerOf } from './registries.ts'

const MB = 1_000_000
const PROGRAM = join(import.meta.dirname, 'copy-process.ts')

/** Peak memory in MB, as reported by the process. */
async function peakFor(size: number): Promise<number> {
  await using pair = await startPair()
  return await peakOf(pair, await pair.build.image(AMD64, [layerOf('large', size)]))
}

async function peakOf(pair: TestPair, root: Descriptor): Promise<number> {
  const { digest, mediaType, size: length } = root
  const places = [pair.source.address, pair.target.address]
  const { stdout } = await promisify(execFile)(process.execPath, [
    PROGRAM,
    ...places,
    digest,
    mediaType,
    `${length}`,
  ])
  await pair.expectWhole(root, '1.0')
  return Number(stdout) / 1_000
}

test('row 30: stays under 150 MB, for 16 MB as for 256 MB', async () => {
  const small = await peakFor(16 * MB)
  const large = await peakFor(256 * MB)
  expect(large).toBeLessThan(150)
  expect(large - small).toBeLessThan(25)
})

/** An index of manifests that are large because of their annotations. */
async function indexOf({ build }: TestPair, count: number, bytes: number): Promise<Descriptor> {
  const config = await build.blob('application/vnd.oci.image.config.v1+json', '{}')
  const manifests: Descriptor[] = []
  for (let index = 0; index < count; index++) {
    const annotations = { note: `${index} `.padEnd(bytes, 'x') }
    manifests.push(
      await build.manifest({ mediaType: MediaType.ociManifest, config, layers: [config], annotations }),
    )
  }
  return build.index(manifests)
}

test('takes no more memory for an index of many large manifests', async () => {
  await using pair = await startPair()
  const few = await peakOf(pair, await indexOf(pair, 4, 3.9 * MB))
  const many = await peakOf(pair, await indexOf(pair, 28, 3.9 * MB))
  expect(many - few).toBeLessThan(85)
})
