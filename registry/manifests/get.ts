/** Downloads manifests by tag or digest, and verifies their bytes. */

import type { Site } from '../connection/site.ts'
import { collect } from '../http/body.ts'
import { refuseEncoding } from '../http/encoding.ts'
import type { WireResponse } from '../http/transport.ts'
import { algorithmOf, digestOf } from '../model/digest.ts'
import { invalidContent, RegistryError } from '../model/errors.ts'
import { parseJson } from '../model/json.ts'
import { ACCEPTED, type Manifest } from '../model/manifest.ts'
import { mediaTypeOf } from '../model/media-type.ts'
import { type Digest, isDigest } from '../model/reference.ts'
import type { Tries } from '../retry/retry.ts'

/** ECR's limit is 4 MiB, and those of other registries are slightly higher. */
const MAX_BYTES = 8 * 1024 * 1024

export async function getManifest(
  site: Site,
  reference: string,
  signal?: AbortSignal,
  tries: Tries = site.connection.startTries(),
): Promise<Manifest> {
  let before: Digest | undefined
  for (;;) {
    try {
      const response = await askManifest(site, 'GET', reference, tries, signal)
      const { manifest, trusted } = await receive(site, response, reference)
      // If a tag's header and bytes differ, a second download decides: the same bytes again mean that the header is wrong.
      if (trusted || manifest.digest === before) return manifest
      if (!tries.reread())
        throw invalidContent(
          `${site.name}:${reference} has other bytes with each download, and none match its Docker-Content-Digest`,
        )
      before = manifest.digest
    } catch (error) {
      if (isWrongContent(error) && tries.reread()) continue
      await tries.after(error, signal)
    }
  }
}

/** The request for HEAD and GET. @param expect - statuses outside of 2xx that are not errors */
export function askManifest(
  site: Site,
  method: 'GET' | 'HEAD',
  reference: string,
  tries: Tries,
  signal: AbortSignal | undefined,
  expect: (status: number) => boolean = () => false,
): Promise<WireResponse> {
  return site.connection.askOnce(
    {
      method,
      url: site.url(`manifests/${reference}`),
      scopes: site.pull,
      headers: { accept: ACCEPTED.join(', ') },
      counted: method === 'GET',
      expect: ({ status }) => expect(status),
      traffic: site.traffic,
      signal,
    },
    tries,
  )
}

/** `trusted` is false if the registry's own header contradicts the bytes. */
async function receive(
  site: Site,
  response: WireResponse,
  reference: string,
): Promise<{ readonly manifest: Manifest; readonly trusted: boolean }> {
  const what = `${site.name}${isDigest(reference) ? '@' : ':'}${reference}`
  refuseEncoding(response, what)
  const { bytes, complete } = await collect(response.body, MAX_BYTES)
  if (!complete) throw invalidContent(`${what} is longer than ${MAX_BYTES} bytes, so it is not a manifest`)
  const digest = digestOf(bytes, isDigest(reference) ? algorithmOf(reference) : 'sha256')
  if (isDigest(reference) && digest !== reference) {
    throw invalidContent(`${what} has wrong bytes: their digest is ${digest}`, 'DIGEST_MISMATCH')
  }
  const mediaType = mediaTypeOf(response.headers['content-type'], parseJson(bytes.toString('utf8')), what)
  const header = response.headers['docker-content-digest']
  const trusted =
    isDigest(reference) || header === undefined || header === digest || !String(header).startsWith('sha256:')
  return { manifest: { mediaType, digest, bytes }, trusted }
}

function isWrongContent(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'DIGEST_MISMATCH'
}
