/** Pushes manifests byte for byte, and interprets the registry's response. */

import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { algorithmOf } from '../model/digest.ts'
import { RegistryError, restate } from '../model/errors.ts'
import type { Manifest } from '../model/manifest.ts'
import type { Digest } from '../model/reference.ts'
import type { PutManifestResult } from '../model/registry.ts'
import { orUndefined, resolveManifest } from './head.ts'

/** In the response to a push, these codes are about the manifest's references: https://github.com/GoogleContainerTools/jib/issues/4301 */
const NOT_THERE = ['BLOB_UNKNOWN', 'MANIFEST_UNKNOWN']
/**
 * These codes cannot be right for verified bytes. Debian's docker-registry returns them while another client writes a
 * link to the same blob. For digests other than sha256 they mean that the registry does not support the algorithm.
 */
const NOT_TRUE = ['DIGEST_INVALID', 'SIZE_INVALID']

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
    throw doubtsContent(error, manifest) ? restate(error, { kind: 'contentMissing' }) : error
  }
}

function doubtsContent({ code = '' }: RegistryError, { digest }: Manifest): boolean {
  return NOT_THERE.includes(code) || (NOT_TRUE.includes(code) && algorithmOf(digest) === 'sha256')
}

/**
 * A push by tag makes the registry compute a sha256 digest, so any other digest must be in the path.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
 */
function putPath({ digest }: Manifest, tag: string | undefined): string {
  if (tag === undefined || algorithmOf(digest) === 'sha256') return `manifests/${tag ?? digest}`
  return `manifests/${digest}?tag=${tag}`
}

/** ECR refuses to push an immutable tag again, even with the same digest: https://github.com/aws/containers-roadmap/issues/2179 */
async function settleImmutable(
  site: Site,
  manifest: Manifest,
  tag: string,
  error: RegistryError,
  signal: AbortSignal | undefined,
): Promise<PutManifestResult> {
  const there = await orUndefined(resolveManifest(site, tag, signal))
  if (there?.digest === manifest.digest) return { digest: manifest.digest, subjectIndexed: false }
  throw new RegistryError(
    `${site.name}:${tag} is immutable and holds ${there?.digest ?? 'another image'}, not ${manifest.digest}; delete the tag, or make tags mutable`,
    { kind: 'tagImmutable', status: error.status, code: error.code, request: error.request, cause: error },
  )
}

/** A registry without support for tags in the query silently stores the manifest without them. */
function checkTagged({ headers, url }: WireResponse, { digest }: Manifest, tag: string | undefined): void {
  if (tag === undefined || !url.searchParams.has('tag')) return
  if (
    String(headers['oci-tag'] ?? '')
      .split(/[,\s]+/)
      .includes(tag)
  )
    return
  throw new RegistryError(`${url.host} does not support tags for manifests with the digest ${digest}`, {
    kind: 'unsupported',
  })
}

/** Compares the digest that the registry computed: if it differs, the tag has the wrong image. */
function storedAs({ headers, url }: WireResponse, { digest }: Manifest): Digest {
  const stored = headers['docker-content-digest']
  if (typeof stored !== 'string' || stored === digest) return digest
  throw new RegistryError(
    algorithmOf(digest) === 'sha256'
      ? `${url.host} stored ${digest} as ${stored}`
      : `${url.host} does not support ${algorithmOf(digest)} digests: it stored ${digest} as ${stored}`,
    { kind: algorithmOf(digest) === 'sha256' ? 'invalidContent' : 'unsupported' },
  )
}

function tooLarge({ bytes, digest }: Manifest, cause: RegistryError): RegistryError {
  return new RegistryError(
    `the registry refuses the manifest ${digest} of ${bytes.length} bytes as too large`,
    {
      kind: 'unsupported',
      status: 413,
      cause,
    },
  )
}
