/** Puts manifests over HTTP, byte for byte, and settles what registries answer. */

import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { algorithmOf } from '../model/digest.ts'
import { RegistryError, restate } from '../model/errors.ts'
import type { Manifest } from '../model/manifest.ts'
import type { Digest } from '../model/reference.ts'
import type { PutManifestResult } from '../model/registry.ts'
import { orUndefined, resolveManifest } from './head.ts'

/** Said of a manifest that is put, these speak of what it refers to: https://github.com/GoogleContainerTools/jib/issues/4301 */
const NOT_THERE = ['BLOB_UNKNOWN', 'MANIFEST_UNKNOWN']
/**
 * These cannot be true of bytes whose digest we have checked: Debian's docker-registry says so while another client
 * writes a link to the same blob, and reads it half written. A registry that knows no other digests says so for good.
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
  const there = await orUndefined(resolveManifest(site, tag, signal))
  if (there?.digest === manifest.digest) return { digest: manifest.digest, subjectIndexed: false }
  throw new RegistryError(
    `${site.name}:${tag} is immutable and holds ${there?.digest ?? 'another image'}, not ${manifest.digest}; delete the tag, or make tags mutable`,
    { kind: 'tagImmutable', status: error.status, code: error.code, request: error.request, cause: error },
  )
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
