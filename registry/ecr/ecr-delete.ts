/**
 * Deletes tags in an ECR repository, never images by their digest, which would delete other tags too. ECR deletes an image
 * with its last tag, and refuses to if an index refers to it. A refusal is a part of a successful response.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
 */
import type { ECRClient } from '@aws-sdk/client-ecr'
import type { TagDeletion } from '../model/registry.ts'
import type { RepositoryId } from './ecr-images.ts'

const BATCH = 100

export async function deleteTags(
  ecr: ECRClient,
  where: RepositoryId,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<TagDeletion[]> {
  const { BatchDeleteImageCommand } = await import('@aws-sdk/client-ecr')
  const ends: TagDeletion[] = []
  for (let start = 0; start < tags.length; start += BATCH) {
    const batch = tags.slice(start, start + BATCH)
    const imageIds = batch.map((imageTag) => ({ imageTag }))
    const command = new BatchDeleteImageCommand({ ...where, imageIds })
    const { imageIds: deleted = [], failures = [] } = await ecr.send(
      command,
      signal === undefined ? {} : { abortSignal: signal },
    )
    const gone = new Set(deleted.map(({ imageTag }) => imageTag))
    const reasons = new Map(failures.map(({ imageId, ...failure }) => [imageId?.imageTag, failure]))
    ends.push(
      ...batch.map((tag): TagDeletion => {
        const failure = reasons.get(tag)
        if (failure?.failureCode === 'ImageNotFound' || (failure === undefined && gone.has(tag)))
          return { tag }
        return {
          tag,
          refusal: failure === undefined ? NO_ANSWER : `${failure.failureCode}: ${failure.failureReason}`,
        }
      }),
    )
  }
  return ends
}

const NO_ANSWER = 'ECR reported neither the deletion nor a failure'
