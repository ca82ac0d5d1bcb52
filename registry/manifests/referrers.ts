/**
 * Lists the referrers of an image (signatures, SBOMs, attestations) from the referrers API, or from the fallback tag of
 * registries without it. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */

import type { Site } from '../connection/site.ts'
import { collect, drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { invalidContent, RegistryError } from '../model/errors.ts'
import { parseJson } from '../model/json.ts'
import { quote } from '../model/label.ts'
import { type Descriptor, descriptorsIn, listedIn, MediaType } from '../model/manifest.ts'
import { field, isIndexType } from '../model/media-type.ts'
import type { Digest } from '../model/reference.ts'
import type { Known } from '../model/registry.ts'
import { getManifest } from './get.ts'
import { peekManifest } from './head.ts'
import { readPages } from './pages.ts'

/** Statuses of registries without the API: https://github.com/google/go-containerregistry/blob/main/pkg/v1/remote/referrers.go */
const NO_API = [400, 404, 405, 406, 410, 501]
const MAX_BYTES = 8 * 1024 * 1024

/** @throws RegistryError if the registry gives no conclusive response */
export async function referrers(
  site: Site,
  subject: Digest,
  signal?: AbortSignal,
  known: Known = {},
): Promise<readonly Descriptor[]> {
  const indexed = await byApi(site, subject, signal).catch((error) => {
    // Corrupted content is read once more, as with manifests.
    if (isSpoiled(error)) return byApi(site, subject, signal)
    throw error
  })
  if (indexed !== undefined) return indexed
  return known.tags?.has(fallbackTag(subject)) === false ? [] : byTag(site, subject, signal, known)
}

/** `sha256:abc…` -> `sha256-abc…` */
export function fallbackTag(subject: Digest): string {
  return subject.replace(':', '-')
}

/** @returns undefined if the registry has no referrers API */
async function byApi(site: Site, subject: Digest, signal?: AbortSignal): Promise<Descriptor[] | undefined> {
  const found = new Map<Digest, Descriptor>()
  let supported = true
  const { connection, traffic, pull } = site
  await readPages(site.url(`referrers/${subject}`), async (url) => {
    const response = await connection.ask(
      {
        method: 'GET',
        url,
        scopes: pull,
        headers: { accept: MediaType.ociIndex },
        expect: ({ status }) => NO_API.includes(status),
        traffic,
        signal,
      },
      connection.startTries(),
    )
    const index = await readIndex(site, response)
    if (index === undefined) {
      if (found.size > 0)
        throw invalidContent(`${site.name} returned a page of referrers that is not an index`)
      supported = false
      return { response, isNew: false }
    }
    const before = found.size
    for (const one of descriptorsIn(index)) found.set(one.digest, one)
    return { response, isNew: found.size > before }
  })
  return supported ? [...found.values()] : undefined
}

/**
 * HEAD first: most images have no such tag, and even a GET with a 404 counts as a pull. Some registries interpret the tag
 * as a digest, and serve the image itself.
 */
async function byTag(
  site: Site,
  subject: Digest,
  signal: AbortSignal | undefined,
  known: Known,
): Promise<readonly Descriptor[]> {
  const tag = fallbackTag(subject)
  const held = await peekManifest(site, tag, signal)
  if (held === undefined) return []
  if (held.digest === subject) throw invalidContent(`the tag ${tag} of ${site.name} is the image itself`)
  if (!isIndexType(held.mediaType)) {
    throw invalidContent(
      `the tag ${tag} of ${site.name} is a ${quote(held.mediaType)}, not a list of artifacts`,
    )
  }
  const readIndex = known.readIndex ?? (async (digest) => listedIn(await getManifest(site, digest, signal)))
  return readIndex(held.digest)
}

function isSpoiled(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'invalidContent'
}

/**
 * Returns undefined if the response is not a list of referrers, such as a login page with status 200. Some registries
 * send the list without its type.
 */
async function readIndex(site: Site, { status, headers, body }: WireResponse): Promise<unknown> {
  if (status !== 200) {
    await drain(body)
    return undefined
  }
  const { bytes, complete } = await collect(body, MAX_BYTES)
  const document = complete ? parseJson(bytes.toString('utf8')) : undefined
  if (Array.isArray(field(document, 'manifests'))) return document
  if (!isIndexType(typeOf(headers['content-type']))) return undefined
  throw invalidContent(`${site.name} returned a list of referrers that is not an index`)
}

function typeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}
