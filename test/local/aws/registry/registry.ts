// A registry, and requests to it with fetch, because a client would hide the details under test.

import { digestOf } from '../../../../local/aws/registry/digest.ts'
import type { Quirks } from '../../../../local/aws/registry/policy.ts'
import type { Store } from '../../../../local/aws/registry/store/store.ts'
import { MediaType } from '../../../../registry/model/manifest.ts'
import type { Digest } from '../../../../registry/model/reference.ts'
import { startFaultyRegistry } from '../../../support/faulty-registry.ts'

export interface TestRegistry extends AsyncDisposable {
  readonly origin: string
  readonly store: Store
  ask(path: string, init?: RequestInit): Promise<Response>
  /** The status and the code of the error. */
  refusal(path: string, init?: RequestInit): Promise<readonly [number, string | undefined]>
  upload(content: string, repository?: string): Promise<Digest>
  put(reference: string, document: object, repository?: string, contentType?: string): Promise<Response>
}

export const REPOSITORY = 'team/app'

export async function startTestRegistry(quirks: Quirks = {}): Promise<TestRegistry> {
  const registry = await startFaultyRegistry({ quirks })
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${registry.origin}${path}`, { redirect: 'manual', ...init })
  return {
    origin: registry.origin,
    store: registry.store,
    ask,
    async refusal(path, init) {
      const answer = await ask(path, init)
      return [answer.status, await errorCode(answer)]
    },
    async upload(content, repository = REPOSITORY) {
      const digest = digestOf(content)
      await ask(`/v2/${repository}/blobs/uploads/?digest=${digest}`, {
        method: 'POST',
        body: content,
      })
      return digest
    },
    put: (reference, document, repository = REPOSITORY, contentType = MediaType.ociManifest) =>
      ask(`/v2/${repository}/manifests/${reference}`, {
        method: 'PUT',
        body: JSON.stringify(document),
        headers: { 'content-type': contentType },
      }),
    [Symbol.asyncDispose]: registry[Symbol.asyncDispose],
  }
}

export async function errorCode(answer: Response): Promise<string | undefined> {
  const body = (await answer.json().catch(() => undefined)) as { errors?: { code: string }[] } | undefined
  return body?.errors?.[0]?.code
}

const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

/** An image manifest with one layer. Push the layer and the blob `{}` first. */
export function imageOf(layer: string, fields: object = {}) {
  return {
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: { mediaType: CONFIG, digest: digestOf('{}'), size: 2 },
    layers: [{ mediaType: LAYER, digest: digestOf(layer), size: layer.length }],
    ...fields,
  }
}

/** Pushes a complete image with a tag. */
export async function pushImage(registry: TestRegistry, tag: string, layer = 'layer', fields: object = {}) {
  await registry.upload('{}')
  await registry.upload(layer)
  const document = imageOf(layer, fields)
  await registry.put(tag, document)
  return { document, bytes: JSON.stringify(document), digest: digestOf(JSON.stringify(document)) }
}
