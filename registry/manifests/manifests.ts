/** Manifests over HTTP: asked for by tag or digest, checked against their digest, put byte for byte. */

import type { Site } from '../connection/site.ts'
import { collect, drain } from '../http/body.ts'
import { refuseEncoding } from '../http/encoding.ts'
import type { WireResponse } from '../http/transport.ts'
import { algorithmOf, digestOf } from '../model/digest.ts'
import { RegistryError, restate } from '../model/errors.ts'
import { ACCEPTED, type Descriptor, type Manifest } from '../model/manifest.ts'
import { mediaTypeOf } from '../model/media-type.ts'
import { type Digest, isDigest } from '../model/reference.ts'
import type { PutManifestResult } from '../model/registry.ts'
import type { Tries } from '../retry/retry.ts'

/** ECR takes 4 MiB; others serve a little more. What is longer is no manifest. */
const MAX_BYTES = 8 * 1024 * 1024

/** Statuses with which registries say that they do not do HEAD, or not for us: Artifactory says 403. */
const NO_HEAD = [403, 404, 405, 501]

/** Said of a manifest that is put, these speak of what it refers to: https://github.com/GoogleContainerTools/jib/issues/4301 */
const NOT_THERE = ['BLOB_UNKNOWN', 'MANIFEST_UNKNOWN']

export async function headManifest(
  site: Site,
  reference: string,
  signal?: AbortSignal,
): Promise<Descriptor | undefined> {
  const response = await ask(site, 'HEAD', reference, NO_HEAD, site.connection.startTries(), signal)
  await drain(response.body)
  if (response.status === 404) return undefined
  return described(response, reference) ?? (await describeByGet(site, reference, signal))
}

export async function getManifest(site: Site, reference: string, signal?: AbortSignal): Promise<Manifest> {
  const tries = site.connection.startTries()
  let before: Digest | undefined
  for (;;) {
    try {
      const response = await ask(site, 'GET', reference, [], tries, signal)
      const { manifest, trusted } = await receive(site, response, reference)
      // A tag whose header and bytes differ: flipped bits do not flip the same way twice, a lying header does.
      if (trusted || manifest.digest === before) return manifest
      if (!tries.reread()) throw invalid(`${site.name}:${reference} was answered with other bytes each time`)
      before = manifest.digest
    } catch (error) {
      if (isWrongContent(error) && tries.reread()) continue
      await tries.after(error, signal)
    }
  }
}

export async function putManifest(
  site: Site,
  manifest: Manifest,
  tag?: string,
  signal?: AbortSignal,
): Promise<PutManifestResult> {
  const tries = site.connection.startTries()
  try {
    const response = await site.connection.ask(
      {
        method: 'PUT',
        url: site.url(putPath(manifest, tag)),
        scopes: site.push,
        headers: { 'content-type': manifest.mediaType },
        body: manifest.bytes,
        traffic: site.traffic,
        signal,
      },
      tries,
    )
    await drain(response.body)
    checkTagged(response, manifest, tag)
    return { digest: storedAs(response, manifest), subjectIndexed: 'oci-subject' in response.headers }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    if (error.kind === 'tagImmutable' && tag !== undefined)
      return settleImmutable(site, manifest, tag, error, signal)
    if (error.status === 413) throw tooLarge(manifest, error)
    throw NOT_THERE.includes(error.code ?? '') ? restate(error, { kind: 'contentMissing' }) : error
  }
}

/**
 * Who puts by tag leaves the digest to the registry, and that is sha256: any other has to be in the path.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
 */
function putPath({ digest }: Manifest, tag: string | undefined): string {
  if (tag === undefined || algorithmOf(digest) === 'sha256') return `manifests/${tag ?? digest}`
  return `manifests/${digest}?tag=${tag}`
}

/** ECR refuses to put an immutable tag again even with the same digest: https://github.com/aws/containers-roadmap/issues/2179 */
async function settleImmutable(
  site: Site,
  manifest: Manifest,
  tag: string,
  error: RegistryError,
  signal: AbortSignal | undefined,
): Promise<PutManifestResult> {
  const there = await headManifest(site, tag, signal)
  if (there?.digest === manifest.digest) return { digest: manifest.digest, subjectIndexed: false }
  throw new RegistryError(
    `${site.name}:${tag} is immutable and holds ${there?.digest ?? 'another image'}, not ${manifest.digest}; delete the tag, or make tags mutable`,
    { kind: 'tagImmutable', status: error.status, code: error.code, request: error.request, cause: error },
  )
}

function ask(
  site: Site,
  method: 'GET' | 'HEAD',
  reference: string,
  expect: readonly number[],
  tries: Tries,
  signal: AbortSignal | undefined,
): Promise<WireResponse> {
  return site.connection.ask(
    {
      method,
      url: site.url(`manifests/${reference}`),
      scopes: site.pull,
      headers: { accept: ACCEPTED.join(', ') },
      counted: method === 'GET',
      expect: ({ status }) => expect.includes(status),
      traffic: site.traffic,
      signal,
    },
    tries,
  )
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

async function describeByGet(
  site: Site,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor | undefined> {
  try {
    const { mediaType, digest, bytes } = await getManifest(site, reference, signal)
    return { mediaType, digest, size: bytes.length }
  } catch (error) {
    if (error instanceof RegistryError && error.kind === 'notFound') return undefined
    throw error
  }
}

/** `trusted` is false when the registry's own header contradicts the bytes. */
async function receive(
  site: Site,
  response: WireResponse,
  reference: string,
): Promise<{ readonly manifest: Manifest; readonly trusted: boolean }> {
  const what = `${site.name}${isDigest(reference) ? '@' : ':'}${reference}`
  refuseEncoding(response, what)
  const { bytes, complete } = await collect(response.body, MAX_BYTES)
  if (!complete) throw invalid(`${what} is longer than ${MAX_BYTES} bytes, so it is no manifest`)
  const digest = digestOf(bytes, isDigest(reference) ? algorithmOf(reference) : 'sha256')
  if (isDigest(reference) && digest !== reference) {
    throw invalid(
      `${what} was answered with other bytes: theirs have the digest ${digest}`,
      'DIGEST_MISMATCH',
    )
  }
  const mediaType = mediaTypeOf(response.headers['content-type'], parse(bytes), what)
  const told = response.headers['docker-content-digest']
  const trusted =
    isDigest(reference) || told === undefined || told === digest || !String(told).startsWith('sha256:')
  return { manifest: { mediaType, digest, bytes }, trusted }
}

/** A registry that does not know tags in the query stores the manifest without them, and does not say so. */
function checkTagged({ headers, url }: WireResponse, { digest }: Manifest, tag: string | undefined): void {
  if (tag === undefined || !url.searchParams.has('tag')) return
  if (
    String(headers['oci-tag'] ?? '')
      .split(/[,\s]+/)
      .includes(tag)
  )
    return
  throw new RegistryError(`${url.host} has no tags for manifests that are known by ${digest}`, {
    kind: 'unsupported',
  })
}

/** The registry computes the digest too; when it stored something else, the tag does not hold our image. */
function storedAs({ headers, url }: WireResponse, { digest }: Manifest): Digest {
  const told = headers['docker-content-digest']
  if (typeof told !== 'string' || told === digest) return digest
  throw new RegistryError(
    algorithmOf(digest) === 'sha256'
      ? `${url.host} stored ${digest} as ${told}`
      : `${url.host} does not keep ${algorithmOf(digest)} digests: it stored ${digest} as ${told}`,
    { kind: algorithmOf(digest) === 'sha256' ? 'invalidContent' : 'unsupported' },
  )
}

function tooLarge({ bytes, digest }: Manifest, cause: RegistryError): RegistryError {
  return new RegistryError(
    `the registry refuses the manifest ${digest}: ${bytes.length} bytes are too many for it`,
    {
      kind: 'unsupported',
      status: 413,
      cause,
    },
  )
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

function isWrongContent(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'DIGEST_MISMATCH'
}

function invalid(message: string, code?: string): RegistryError {
  return new RegistryError(message, { kind: 'invalidContent', code })
}
