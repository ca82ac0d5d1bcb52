// Memory does not grow with what is copied: the peak of a whole process, for a small and for a large blob.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { AMD64 } from './images.ts'
import { startPair } from './pair.ts'
import { layerOf } from './registries.ts'

const MB = 1_000_000
const PROGRAM = join(import.meta.dirname, 'copy-process.ts')

/** In MB, as the process tells of itself. */
async function peakFor(size: number): Promise<number> {
  await using pair = await startPair()
  const root = await pair.build.image(AMD64, [layerOf('large', size)])
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

test('row 30: the peak is under 150 MB, and the same for 16 MB and for 256 MB', async () => {
  const small = await peakFor(16 * MB)
  const large = await peakFor(256 * MB)
  expect(large).toBeLessThan(150)
  expect(large - small).toBeLessThan(25)
}, 120_000)
