/**
 * The events that ECR sends to EventBridge for a push: one for each tag, and one with an empty tag for a push by
 * digest. https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
 */
import { randomUUID } from 'node:crypto'
import type { Push } from '../registry/policy.ts'
import type { EcrRegion } from './region.ts'

/** Includes the media types, which real events have and the documentation omits; an index has no artifact type. */
export type ImageEvent = ReturnType<typeof imageAction>

export function pushEvents(region: Pick<EcrRegion, 'account' | 'region'>, push: Push): ImageEvent[] {
  const tags = push.tags.length > 0 ? push.tags : ['']
  return tags.map((tag) => imageAction(region, push, tag))
}

function imageAction({ account, region }: Pick<EcrRegion, 'account' | 'region'>, push: Push, tag: string) {
  const artifactType = push.document.artifactType ?? push.document.config?.mediaType
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account,
    // Event times have a precision of seconds.
    time: new Date().toISOString().replace(/\.\d+/, ''),
    region,
    resources: [],
    detail: {
      result: 'SUCCESS',
      'repository-name': push.repository,
      'image-digest': push.digest,
      'action-type': 'PUSH',
      'image-tag': tag,
      'manifest-media-type': push.mediaType,
      ...(artifactType === undefined ? {} : { 'artifact-media-type': artifactType }),
    },
  }
}
