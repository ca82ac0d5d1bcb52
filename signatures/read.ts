/** Reads the signatures inside an artifact. Reading a manifest counts as a pull, so only possible signatures are read. */
import {
  BUNDLE_TYPE,
  COSIGN_SIGNATURE,
  kindsOf,
  NOTATION_SIGNATURE,
  SIMPLE_SIGNING,
} from '../mirror/artifacts/kinds.ts'
import { isRegistryError } from '../mirror/failure.ts'
import { readSmallBlob } from '../mirror/small-blob.ts'
import type { Candidate } from '../mirror/verify/verifier.ts'
import type { RegistryErrorKind } from '../registry/model/errors.ts'
import { parseJson } from '../registry/model/json.ts'
import { quote } from '../registry/model/label.ts'
import { contentOf, type Descriptor } from '../registry/model/manifest.ts'
import type { SignatureSource } from './find.ts'
import { type Finding, invalid, unsupported } from './finding.ts'

/** More than any signature takes. Attestations are larger, and are not read. */
const MAX_BYTES = 1024 * 1024
/** One manifest of cosign has a layer for each signature. */
const MAX_LAYERS = 100

export type Signature =
  /** Cosign's format of tags: a payload, and annotations with its signature. */
  | { readonly format: 'simple'; readonly payload: Uint8Array; readonly annotations: Annotations }
  /** Sigstore's bundle. */
  | { readonly format: 'bundle'; readonly document: unknown }
export type Annotations = Readonly<Record<string, unknown>>

const BROKEN: ReadonlySet<RegistryErrorKind> = new Set(['invalidContent', 'unsupported', 'notFound'])

/** Types of artifacts that do not say what is inside. */
const UNTYPED = /^$|^application\/vnd\.oci\.(?:empty|image\.config)\.v1\+json$/

/**
 * The signatures in an artifact, or what it is instead.
 * @throws RegistryError if the source does not serve it for now
 */
export async function* signaturesIn(
  source: SignatureSource,
  candidate: Candidate,
  signal?: AbortSignal,
): AsyncGenerator<Signature | Finding> {
  const known = withoutReading(candidate)
  if (known !== undefined) yield known
  else yield* orInvalid(readAll(source, candidate, signal))
}

function withoutReading(candidate: Candidate): Finding | undefined {
  const { tag, artifactType = '' } = candidate
  const kinds = kindsOf(candidate)
  if (artifactType === NOTATION_SIGNATURE) {
    return unsupported('it is a signature of Notation or AWS Signer, which cannot be checked here')
  }
  if (tag !== undefined || artifactType === COSIGN_SIGNATURE || UNTYPED.test(artifactType)) return undefined
  if (BUNDLE_TYPE.test(artifactType) && (kinds.size === 0 || kinds.has('signature'))) return undefined
  const what = candidate.predicateType ?? artifactType
  return { is: 'other', reason: `it is ${quote(what, 100)}, not a signature` }
}

async function* readAll(
  source: SignatureSource,
  { digest }: Candidate,
  signal: AbortSignal | undefined,
): AsyncGenerator<Signature | Finding> {
  const { blobs } = contentOf(await source.getManifest(digest, signal))
  const inside = blobs.filter(({ mediaType }) => mediaType === SIMPLE_SIGNING || BUNDLE_TYPE.test(mediaType))
  if (inside.length === 0) yield { is: 'other', reason: 'it has no signature inside' }
  if (inside.length > MAX_LAYERS) yield invalid(`only the first ${MAX_LAYERS} of its signatures are read`)
  for (const layer of inside.slice(0, MAX_LAYERS)) yield* orInvalid(readLayer(source, layer, signal))
}

async function* readLayer(
  source: SignatureSource,
  layer: Descriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Signature | Finding> {
  const { mediaType, annotations = {}, size } = layer
  const bytes = await readSmallBlob(source.blob(layer), MAX_BYTES, signal)
  if (bytes === undefined) yield unsupported(`it has ${size} bytes, and at most ${MAX_BYTES} are read`)
  else if (mediaType === SIMPLE_SIGNING) yield { format: 'simple', payload: bytes, annotations }
  else yield bundleIn(bytes)
}

function bundleIn(bytes: Buffer): Signature | Finding {
  const document = parseJson(bytes.toString())
  return document === undefined ? invalid('its bundle is not JSON') : { format: 'bundle', document }
}

/** Content that is broken or missing at the source fits no rule. Throws all other errors. */
async function* orInvalid(
  signatures: AsyncGenerator<Signature | Finding>,
): AsyncGenerator<Signature | Finding> {
  try {
    yield* signatures
  } catch (error) {
    if (!isRegistryError(error) || !BROKEN.has(error.kind)) throw error
    yield invalid(error.message)
  }
}
