// The platform of a plain image.
import { expect, test } from 'vitest'
import { platformOfImage } from '../../../mirror/platforms/image-platform.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { manifestOf } from '../../support/content.ts'
import { contentInMemory, OCI_CONFIG } from './content.ts'

const content = contentInMemory()
const { blob } = content.reader

test.each([
  [OCI_CONFIG, 'linux/arm/v6', { os: 'linux', architecture: 'arm', variant: 'v6' }],
  [
    'application/vnd.docker.container.image.v1+json',
    'windows/amd64',
    { os: 'windows', architecture: 'amd64' },
  ],
])('comes from a config of the type %s', async (mediaType, name, config) => {
  expect(await platformOfImage(content.image(config, mediaType), blob)).toEqual({ name, isImage: true })
})

test('an image may fail to state it, other content need not', async () => {
  expect(await platformOfImage(content.image({}), blob)).toEqual({ isImage: true })
  expect(await platformOfImage(content.image({}, 'application/vnd.cncf.helm.config.v1+json'), blob)).toEqual({
    isImage: false,
  })
})

test('an artifact without a config has none', async () => {
  const layer = content.image({}).digest
  const artifact = manifestOf({
    mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
    blobs: [{ mediaType: 'application/spdx+json', digest: layer, size: 2 }],
  })
  content.asked.length = 0
  expect(await platformOfImage(artifact, blob)).toEqual({ isImage: false })
  expect(content.asked).toEqual([])
})

test('the empty config of an artifact is not read', async () => {
  const artifact = content.image({}, MediaType.emptyJson)
  content.asked.length = 0
  expect(await platformOfImage(artifact, blob)).toEqual({ isImage: false })
  expect(content.asked).toEqual([])
})
