/**
 * Resolves tags and digests to descriptors. Uses HEAD, which costs no counted pull, and GET if the HEAD is inconclusive:
 * some registries refuse HEADs for manifests that they serve, and a HEAD has no body with a reason.
 */

import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'
import type { Descriptor, Manifest } from '../model/manifest.ts'
import { isDigest } from '../model/reference.ts'
import { isLastingRefusal } from '../retry/refusal.ts'
import { isTransient, type Tries } from '../retry/retry.ts'
import { askManifest, getManifest } from './get.ts'

/** After two failed HEADs, a GET decides. */
const HEADS = 2

/** The result of a HEAD: a descriptor, a 404, or inconclusive. */
type HeadResult = Descriptor | 'absent' | 'unknown'

/** For content that may be missing: a 404 is final, so it costs no counted pull. */
export async function headManifest(
  site: Site,
  reference: string,
  signal?: AbortSignal,
): Promise<Descriptor | undefined> {
  const tries = site.connection.startTries()
  const result = await head(site, reference, tries, signal)
  if (result === 'absent') return undefined
  if (result !== 'unknown') return result
  return orUndefined(getManifest(site, reference, signal, tries).then(describe))
}

/** Maps `notFound` to undefined. */
export async function orUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (error instanceof RegistryError && error.kind === 'notFound') return undefined
    throw error
  }
}

/** For content that should exist: a GET decides unless the HEAD returns a descriptor. */
export async function resolveManifest(
  site: Site,
  reference: string,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const tries = site.connection.startTries()
  const result = await head(site, reference, tries, signal)
  return typeof result === 'string' ? describe(await getManifest(site, reference, signal, tries)) : result
}

/**
 * For content that may well be missing and is not worth a counted pull, such as a signature. A refused HEAD is an error if
 * the registry has accepted others.
 */
export async function peekManifest(
  site: Site,
  reference: string,
  signal?: AbortSignal,
): Promise<Descriptor | undefined> {
  if (!site.traits.answersHeads) return headManifest(site, reference, signal)
  const tries = site.connection.startTries()
  for (;;) {
    try {
      const response = await askManifest(site, 'HEAD', reference, tries, signal, (status) => status === 404)
      await drain(response.body)
      return response.status === 404 ? undefined : describedOnly(site, response, reference)
    } catch (error) {
      if (isTransient(error) && error.kind === 'unavailable' && tries.failures() + 1 >= HEADS) throw error
      await tries.after(error, signal)
    }
  }
}

function describedOnly({ name }: Site, response: WireResponse, reference: string): Descriptor {
  const found = described(response, reference)
  if (found !== undefined) return found
  throw new RegistryError(`${name} returned no digest, type or size for the HEAD of ${reference}`, {
    kind: 'unsupported',
  })
}

async function head(
  site: Site,
  reference: string,
  tries: Tries,
  signal: AbortSignal | undefined,
): Promise<HeadResult> {
  for (;;) {
    try {
      const response = await askManifest(site, 'HEAD', reference, tries, signal, isLastingRefusal)
      await drain(response.body)
      if (response.status === 404) return 'absent'
      const found = described(response, reference)
      if (found !== undefined) site.traits.answersHeads = true
      return found ?? 'unknown'
    } catch (error) {
      if (isTransient(error) && error.kind === 'unavailable' && tries.failures() + 1 >= HEADS)
        return 'unknown'
      await tries.after(error, signal)
    }
  }
}

/** @returns undefined if the response lacks a digest, type or size, as that of some registries does */
function described({ status, headers }: WireResponse, reference: string): Descriptor | undefined {
  const digest = headers['docker-content-digest'] ?? (isDigest(reference) ? reference : undefined)
  const size = Number(headers['content-length'] ?? Number.NaN)
  const mediaType = headers['content-type']?.split(';')[0]?.trim()
  if (status !== 200 || typeof digest !== 'string' || !isDigest(digest)) return undefined
  if (mediaType === undefined || !(size > 0)) return undefined
  if (isDigest(reference) && digest !== reference) return undefined
  return { mediaType, digest, size }
}

function describe({ mediaType, digest, bytes }: Manifest): Descriptor {
  return { mediaType, digest, size: bytes.length }
}
