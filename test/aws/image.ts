// A small image of random content, pushed to Amazon ECR.

import type { Digest } from '../../registry/model/reference.ts'
import { createRegistries } from '../../registry/open.ts'
import { imageOf, randomBlob, sourceOf } from '../support/content.ts'

const LAYER_BYTES = 100_000

/** @returns its digest */
export async function pushImage(region: string, repository: string, tag: string): Promise<Digest> {
  const registries = createRegistries({ environment: process.env })
  try {
    const target = await registries.ecr(region, repository)
    await target.ensure({ immutableTags: false, scanOnPush: false, tags: {} })
    const { blobs, manifest } = imageOf([randomBlob(LAYER_BYTES)])
    for (const blob of blobs) await target.putBlob(blob.descriptor, sourceOf(blob))
    return (await target.putManifest(manifest, tag)).digest
  } finally {
    await registries.close()
  }
}
