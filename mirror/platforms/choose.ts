/**
 * Decides which manifest the target gets if only some platforms are wanted. The decision depends only on the manifest
 * and the platforms, so that every run, and Sync, produce the same bytes.
 */

import { digestOf } from '../../registry/model/digest.ts'
import { type Descriptor, type Manifest, MediaType } from '../../registry/model/manifest.ts'
import { isIndexType } from '../../registry/model/media-type.ts'
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'
import { listed } from '../words.ts'
import type { Form } from './form.ts'
import { platformOfImage } from './image-platform.ts'
import { type Member, membersOf, type Reader } from './members.ts'

export type Choice =
  | {
      readonly root: Pick<Descriptor, 'digest' | 'mediaType' | 'size'>
      /** The new index, which the source does not have. Undefined if the target gets content of the source. */
      readonly made?: Manifest
    }
  /** Reason if the target gets nothing, as the end of a sentence that starts with the name of the source. */
  | { readonly problem: { readonly name: ErrorName; readonly message: string } }

const MAX_NAMES = 300

export async function choose(
  manifest: Manifest,
  form: Form,
  reader: Reader,
  signal?: AbortSignal,
): Promise<Choice> {
  return isIndexType(manifest.mediaType)
    ? ofIndex(manifest, await membersOf(manifest, reader, signal), form)
    : ofImage(manifest, form, reader, signal)
}

function ofIndex(index: Manifest, members: readonly Member[], { platforms, asManifest }: Form): Choice {
  const present = new Set(members.flatMap(({ platform }) => platform ?? []))
  const lacking = platforms.filter((platform) => !present.has(platform))
  if (lacking.length > 0) return lacks(lacking, [...present])
  const images = members.filter(({ platform }) => platform !== undefined && platforms.includes(platform))
  if (asManifest) return single(images)
  const digests = new Set<string>(images.map(({ descriptor }) => descriptor.digest))
  const kept = members.filter(
    (one) => images.includes(one) || (one.about !== undefined && digests.has(one.about)),
  )
  if (kept.length === members.length) return { root: rootOf(index) }
  const made = indexOf(index, kept)
  return { root: rootOf(made), made }
}

/** The only manifest of the platform. Windows has one for each of its versions. */
function single(images: readonly Member[]): Choice {
  const [first, ...others] = new Map(images.map(({ descriptor }) => [descriptor.digest, descriptor])).values()
  if (first === undefined || others.length > 0) {
    const message = `has ${images.length} manifests for ${images[0]?.platform}, and "as: manifest" needs exactly one; remove "as"`
    return { problem: { name: ErrorName.InvalidImage, message } }
  }
  const { digest, mediaType, size } = first
  return { root: { digest, mediaType, size } }
}

/** A plain manifest has one platform. Content that is no image, such as a Helm chart, has none and stays as it is. */
async function ofImage(
  manifest: Manifest,
  { platforms }: Form,
  { blob }: Reader,
  signal: AbortSignal | undefined,
): Promise<Choice> {
  const { name, isImage } = await platformOfImage(manifest, blob, signal)
  if (name === undefined && isImage) {
    const message = 'is a single image whose config does not state its platform; remove "platforms"'
    return { problem: { name: ErrorName.InvalidImage, message } }
  }
  const lacking = name === undefined ? [] : platforms.filter((platform) => platform !== name)
  return lacking.length > 0 ? lacks(lacking, name === undefined ? [] : [name]) : { root: rootOf(manifest) }
}

function lacks(lacking: readonly string[], present: readonly string[]): Choice {
  const has = present.length === 0 ? 'none' : listed([...present].sort(), MAX_NAMES)
  const message = `lacks ${listed(lacking, MAX_NAMES)}; its platforms are: ${has}`
  return { problem: { name: ErrorName.SourceNotFound, message } }
}

/**
 * The index of these members: compact JSON with the fields in this order. Descriptors stay as the source has them; of
 * the index's own fields, only those of the specification stay.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
function indexOf({ bytes: source, digest }: Manifest, members: readonly Member[]): Manifest {
  const given = JSON.parse(new TextDecoder().decode(source)) as Readonly<Record<string, unknown>>
  const { artifactType, subject, annotations } = given
  const mediaType = given.mediaType === MediaType.dockerList ? MediaType.dockerList : MediaType.ociIndex
  const document = {
    schemaVersion: 2,
    mediaType,
    artifactType: artifactType ?? undefined,
    manifests: members.map(({ descriptor }) => descriptor),
    subject: subject ?? undefined,
    annotations: annotations ?? undefined,
  }
  const bytes = Buffer.from(serialized(document, digest))
  return { mediaType, digest: digestOf(bytes), bytes }
}

/** `JSON.parse` accepts deeper nesting than `JSON.stringify`. */
function serialized(document: unknown, digest: string): string {
  try {
    return JSON.stringify(document)
  } catch (cause) {
    throw namedError(ErrorName.InvalidImage, `${digest} has values nested too deeply`, cause)
  }
}

function rootOf({ digest, mediaType, bytes }: Manifest): Pick<Descriptor, 'digest' | 'mediaType' | 'size'> {
  return { digest, mediaType, size: bytes.length }
}
