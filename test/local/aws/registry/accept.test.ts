import { afterEach, expect, test } from 'vitest'
import { digestOf } from '../../../../local/aws/registry/digest.ts'
import type { RegistryPolicy } from '../../../../local/aws/registry/policy.ts'
import { MediaType } from '../../../../registry/model/manifest.ts'
import { pushImage, REPOSITORY, startTestRegistry, type TestRegistry } from './registry.ts'

let registry: TestRegistry
afterEach(() => registry[Symbol.asyncDispose]())

async function pulled(policy: RegistryPolicy['accept'], accept: string, by: 'tag' | 'digest' = 'tag') {
  registry = await startTestRegistry({ accept: policy })
  const { digest, bytes } = await pushImage(registry, '1.0')
  const path = `/v2/${REPOSITORY}/manifests/${by === 'tag' ? '1.0' : digest}`
  const answer = await registry.ask(path, { headers: { accept } })
  return { answer, body: await answer.text(), digest, bytes }
}

test.each([
  MediaType.ociManifest,
  '*/*',
  'application/*;q=0.5',
  `text/html, ${MediaType.ociManifest}; q=0.9`,
])('serves what Accept names: %s', async (accept) => {
  const { answer, body, bytes } = await pulled('strict', accept)
  expect([answer.status, body]).toEqual([200, bytes])
})

test('returns 404 from a strict registry for another type', async () => {
  const { answer } = await pulled('strict', MediaType.dockerManifest)
  expect(answer.status).toBe(404)
})

test('ignores Accept in a careless registry', async () => {
  const { answer, body, bytes } = await pulled('ignore', MediaType.dockerManifest)
  expect([answer.status, body]).toEqual([200, bytes])
})

test('serves a converted manifest with another digest by tag', async () => {
  const { answer, body, digest } = await pulled('convert', MediaType.dockerManifest)
  expect(answer.headers.get('content-type')).toBe(MediaType.dockerManifest)
  expect(answer.headers.get('docker-content-digest')).toBe(digestOf(body))
  expect(digestOf(body)).not.toBe(digest)
  expect(JSON.parse(body)).toMatchObject({
    mediaType: MediaType.dockerManifest,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json' },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' }],
  })
})

test.each(['strict', 'convert'] as const)('serves a digest unconverted (%s)', async (policy) => {
  const { body, digest } = await pulled(policy, MediaType.dockerManifest, 'digest')
  expect(digestOf(body)).toBe(digest)
})
