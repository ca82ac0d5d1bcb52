// Push events in ECR's formats.
import { expect, test } from 'vitest'
import { pushEvents } from '../../../../local/aws/ecr/image-event.ts'

const PLACE = { account: '123456789012', region: 'eu-west-1' }
const DIGEST = `sha256:${'a'.repeat(64)}` as const
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'

function told(mediaType: string, tags: string[], document: object) {
  const push = { repository: 'team/app', mediaType, tags, digest: DIGEST, bytes: Buffer.alloc(0) }
  return pushEvents(PLACE, { ...push, document: { schemaVersion: 2, ...document } })
}

test('sends one event for the tag of an index, without an artifact media type', () => {
  const [event, ...others] = told(INDEX, ['1.0'], { manifests: [] })
  expect(others).toEqual([])
  expect(event).toMatchObject({ source: 'aws.ecr', 'detail-type': 'ECR Image Action', ...PLACE })
  expect(event?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(event?.detail).toEqual({
    result: 'SUCCESS',
    'repository-name': 'team/app',
    'image-digest': DIGEST,
    'action-type': 'PUSH',
    'image-tag': '1.0',
    'manifest-media-type': INDEX,
  })
})

test('sends events of children without a tag, with the media type of their config', () => {
  const config = { mediaType: CONFIG, digest: DIGEST, size: 2 }
  const [event] = told(MANIFEST, [], { config, layers: [] })
  expect(event?.detail).toMatchObject({ 'image-tag': '', 'artifact-media-type': CONFIG })
})

test('sends one event per tag', () => {
  const events = told(INDEX, ['1', '1.0'], { manifests: [] })
  expect(events.map(({ detail }) => detail['image-tag'])).toEqual(['1', '1.0'])
})
