/** Mirrors many images at once, and waits for rate limits without holding up the others. */
import { createLimit } from '../../copy/limit.ts'
import type { ImageItem } from '../../mirror/contract.ts'
import type { PairReport } from '../../mirror/documents.ts'
import { type ImageParts, startImage } from './image-run.ts'

export interface RunParts extends ImageParts {
  /** How long an image may wait for rate limits, in all. */
  readonly maxWaitMs: number
}

/** Enough to hide round trips; a higher value would only keep more manifests in memory. */
const IMAGES_AT_ONCE = 24

/** @returns the pairs of each image, in the order of the plan. After an interruption, those that are not done failed */
export async function runImages(
  items: readonly ImageItem[],
  { maxWaitMs, ...parts }: RunParts,
): Promise<PairReport[][]> {
  const { clock, signal } = parts
  const atOnce = createLimit(IMAGES_AT_ONCE)

  async function runImage(item: ImageItem): Promise<PairReport[]> {
    const image = startImage(item, parts)
    let waited = 0
    try {
      for (;;) {
        const ms = 1_000 * (await atOnce(0, async () => (signal.aborted ? 0 : image.round())))
        if (ms === 0 || waited + ms > maxWaitMs) break
        waited += ms
        image.wait()
        await clock.sleep(ms, signal)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
    return image.reports()
  }

  return Promise.all(items.map(runImage))
}
