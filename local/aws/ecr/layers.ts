/** The operation that checks up to 100 layers of a repository. */
import { z } from 'zod'
import { isDigest } from '../../../registry/model/reference.ts'
import { inRepository, operation, requireSettings } from './operation.ts'

export const batchCheckLayerAvailability = operation(
  z.object({ ...inRepository, layerDigests: z.array(z.string()).min(1).max(100) }),
  async ({ repositoryName, layerDigests }, context) => {
    await requireSettings(context, repositoryName)
    const layers = layerDigests.filter(isDigest).map(async (layerDigest) => {
      const layerSize = await context.region.store.blobs.size(repositoryName, layerDigest)
      const layerAvailability = layerSize === undefined ? 'UNAVAILABLE' : 'AVAILABLE'
      return { layerDigest, layerSize, layerAvailability }
    })
    const failures = layerDigests
      .filter((digest) => !isDigest(digest))
      .map((layerDigest) => ({
        layerDigest,
        failureCode: 'InvalidLayerDigest',
        failureReason: 'Invalid layer digest',
      }))
    return { layers: await Promise.all(layers), failures }
  },
)
