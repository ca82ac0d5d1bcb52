/**
 * What refers to an image: signatures, SBOMs, attestations. By the referrers API, or where a registry has none, by the
 * fallback tag. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */

import type { Site } from '../connection/site.ts'
import { collect, drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'
import { type Descriptor, descriptorsIn, MediaType } from '../model/manifest.ts'
import type { Digest } from '../model/reference.ts'
import { getManifest } from './get.ts'
import { headManifest } from './head.ts'
import { readPages } from './pages.ts'

/** How registries without the API answer: https://github.com/google/go-containerregistry/blob/main/pkg/v1/remote/referrers.go */
const NO_API = [400, 404, 405, 406, 501]
const MAX_BYTES = 8 * 1024 * 1024

export async function referrers(
  site: Site,
  subject: Digest,
  signal?: AbortSignal,
  tags?: ReadonlySet<string>,
): Promise<Descriptor[]> {
  const indexed = await byApi(site, subject, signal).catch((error) => {
    // What arrived spoiled once is read once more, as manifests are.
    if (isSpoiled(error)) return byApi(site, subject, signal)
    throw error
  })
  if (indexed !== undefined) return indexed
  return tags?.has(fallbackTag(subject)) === false ? [] : byTag(site, subject, signal)
}

/** `sha256:abc…` -> `sha256-abc…` */
export function fallbackTag(subject: Digest): string {
  return subject.replace(':', '-')
}

/** Undefined when there is no API. */
async function byApi(site: Site, subject: Digest, signal?: AbortSignal): Promise<Descriptor[] | undefined> {
  const found = new Map<Digest, Descriptor>()
  let supported = true
  const { connection, traffic, pull } = site
  await readPages(
    site.url(`referrers/${subject}`),
    (url) =>
      connection.ask(
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
      ),
    async (response) => {
      if (!isIndex(response)) {
        await drain(response.body)
        supported = false
        return false
      }
      const before = found.size
      for (const one of descriptorsIn(await readIndex(site, response))) found.set(one.digest, one)
      return found.size > before
    },
  )
  return supported ? [...found.values()] : undefined
}

/** HEAD first: most images have no such tag, and a GET counts as a pull even where there is nothing to get. */
async function byTag(site: Site, subject: Digest, signal?: AbortSignal): Promise<Descriptor[]> {
  try {
    const held = await headManifest(site, fallbackTag(subject), signal)
    if (held === undefined) return []
    const { bytes } = await getManifest(site, held.digest, signal)
    return descriptorsIn(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch (error) {
    if (error instanceof RegistryError && error.kind === 'notFound') return []
    throw error
  }
}

function isSpoiled(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'invalidContent'
}

/** A login page with status 200 is no list of referrers. */
function isIndex({ status, headers }: WireResponse): boolean {
  return status === 200 && (headers['content-type'] ?? '').toLowerCase().startsWith(MediaType.ociIndex)
}

async function readIndex(site: Site, response: WireResponse): Promise<unknown> {
  const { bytes, complete } = await collect(response.body, MAX_BYTES)
  try {
    if (complete) return JSON.parse(bytes.toString('utf8'))
  } catch {
    // Told below.
  }
  throw new RegistryError(
    `${site.name} answered the question for referrers with something that is no index`,
    {
      kind: 'invalidContent',
    },
  )
}
