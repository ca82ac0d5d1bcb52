/**
 * Asks with HEAD what is behind a tag or digest, which costs no counted pull, and with GET where the HEAD does not say.
 * Some registries refuse HEADs for manifests that they serve, and a HEAD has no body to give a reason in.
 */

import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'
import type { Descriptor, Manifest } from '../model/manifest.ts'
import { isDigest } from '../model/reference.ts'
import { isLastingRefusal } from '../retry/refusal.ts'
import { isPassing, type Tries } from '../retry/retry.ts'
import { askManifest, getManifest } from './get.ts'

/** A HEAD may fail once for reasons that pass; one that fails again is not the last word: a GET may well be answered. */
const HEADS = 2

/** What a HEAD says: what is there, that nothing is, or nothing that can be relied on. */
type Told = Descriptor | 'absent' | 'untold'

/** For what may be missing: a 404 costs one HEAD, and no GET that would count as a pull. */
export async function headManifest(
  site: Site,
  reference: string,
  signal?: AbortSignal,
): Promise<Descriptor | undefined> {
  const tries = site.connection.startTries()
  const told = await head(site, reference, tries, signal)
  if (told === 'absent') return undefined
  if (told !== 'untold') return told
  return orUndefined(getManifest(site, reference, signal, tries).then(describe))
}

/** For what may be missing after all. */
export async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof RegistryError && error.kind === 'notFound') return undefined
    throw error
  }
}

/** For what is listed or spelt out: a GET decides whenever the HEAD does not say what is there. */
export async function resolveManifest(
  site: Site,
  reference: string,
  signal?: AbortSignal,
): Promise<Descriptor> {
  const tries = site.connection.startTries()
  const told = await head(site, reference, tries, signal)
  return typeof told === 'string' ? describe(await getManifest(site, reference, signal, tries)) : told
}

/**
 * For what may well be missing and is worth no pull, such as signatures: a refused HEAD is an error, unless the registry
 * has yet to answer any.
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
      if (isPassing(error) && error.kind === 'unavailable' && tries.failures() + 1 >= HEADS) throw error
      await tries.after(error, signal)
    }
  }
}

function describedOnly({ name }: Site, response: WireResponse, reference: string): Descriptor {
  const told = described(response, reference)
  if (told !== undefined) return told
  throw new RegistryError(`${name} does not say what is behind ${reference}`, { kind: 'unsupported' })
}

async function head(
  site: Site,
  reference: string,
  tries: Tries,
  signal: AbortSignal | undefined,
): Promise<Told> {
  for (;;) {
    try {
      const response = await askManifest(site, 'HEAD', reference, tries, signal, isLastingRefusal)
      await drain(response.body)
      if (response.status === 404) return 'absent'
      const told = described(response, reference)
      if (told !== undefined) site.traits.answersHeads = true
      return told ?? 'untold'
    } catch (error) {
      if (isPassing(error) && error.kind === 'unavailable' && tries.failures() + 1 >= HEADS) return 'untold'
      await tries.after(error, signal)
    }
  }
}

/** Undefined when the answer does not say enough, as some registries' HEAD does not. */
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
