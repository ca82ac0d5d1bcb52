import { verify } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore, type Store } from '../../../local/aws/registry/store/store.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { layer } from '../../../local/upstream/layer.ts'
import { SAMPLE_PUBLIC_KEY, signByReferrer, signByTag } from '../../../local/upstream/sign.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'

const REPOSITORY = 'team/app'
let dir: string
let store: Store
let image: Descriptor

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sign-'))
  store = await openStore(dir)
  const files = await layer({ 'bin/start': 'echo' })
  image = await builder(store, REPOSITORY).image({ os: 'linux', architecture: 'amd64' }, [files])
})
afterEach(() => rm(dir, { recursive: true, force: true }))

interface Manifest {
  readonly layers: readonly (Descriptor & { readonly annotations?: Record<string, string> })[]
}

async function onlyLayer(manifest: Descriptor['digest']) {
  const { layers }: Manifest = JSON.parse((await store.manifests.bytes(manifest)).toString())
  const [only] = layers
  if (!only || layers.length > 1) throw new Error('one layer expected')
  return { ...only, content: (await store.blobs.readBytes(only.digest)) ?? Buffer.alloc(0) }
}

const isSigned = (content: Uint8Array, signature: string) =>
  verify(null, content, SAMPLE_PUBLIC_KEY, Buffer.from(signature, 'base64'))

test('creates a valid signature of the image by tag', async () => {
  await signByTag(builder(store, REPOSITORY), image, 'example.com/team/app')
  const digest = await store.tags.find(REPOSITORY, `${image.digest.replace(':', '-')}.sig`)
  const { content, annotations } = await onlyLayer(digest ?? 'sha256:')
  expect(isSigned(content, annotations?.['dev.cosignproject.cosign/signature'] ?? '')).toBe(true)
  expect(JSON.parse(content.toString()).critical.image['docker-manifest-digest']).toBe(image.digest)
})

test('creates a valid signature of the image by referrer', async () => {
  const { digest } = await signByReferrer(builder(store, REPOSITORY), image)
  expect((await store.manifests.find(REPOSITORY, digest))?.subject).toBe(image.digest)
  const { dsseEnvelope } = JSON.parse((await onlyLayer(digest)).content.toString())
  const payload = Buffer.from(dsseEnvelope.payload, 'base64')
  const type = dsseEnvelope.payloadType
  const signed = Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`)
  expect(isSigned(signed, dsseEnvelope.signatures[0].sig)).toBe(true)
  expect(JSON.parse(payload.toString()).subject[0].digest.sha256).toBe(image.digest.slice('sha256:'.length))
})

test('creates the same digests when it signs again', async () => {
  const build = builder(store, REPOSITORY)
  expect(await signByReferrer(build, image)).toEqual(await signByReferrer(build, image))
})
