// A registry that trusts its clients, so that its content is correct only if the copier is.
import { MediaType } from '../../../registry/model/manifest.ts'
import { createGate, json, missing } from './gate.ts'
import { placeOf } from './place.ts'
import { createShelf, digestOf, type Shelf } from './shelf.ts'
import type { Honest } from './source.ts'
import { type Answer, answerOf, EMPTY, type Question } from './wire.ts'

export const TO = 'mirror/app'

export interface Kept {
  readonly shelf: Shelf
  readonly tags: Map<string, string>
}

export interface TargetTraits {
  readonly needsToken: boolean
  /** Supports the referrers API. */
  readonly hasReferrers: boolean
  /** Renders the Location header of an upload from its path. */
  readonly locate: (path: string, host: string) => string
}

export function createKept(): Kept {
  return { shelf: createShelf(), tags: new Map() }
}

export function honestTarget(kept: Kept, traits: TargetTraits): Honest {
  const gate = createGate()
  const sessions = new Map<string, Buffer>()
  return (question) =>
    (traits.needsToken ? gate(question) : undefined) ?? answer(question, { kept, traits, sessions })
}

interface State {
  readonly kept: Kept
  readonly traits: TargetTraits
  /** The bytes received so far, by session. */
  readonly sessions: Map<string, Buffer>
}

function answer(question: Question, state: State): Answer {
  const { kept, traits } = state
  const { kind, reference } = placeOf(question)
  const { method } = question
  if (kind === 'ping') return json(200, {})
  if (kind === 'session') return begin(question, state)
  if (kind === 'upload') return receive(question, state, reference)
  if (kind === 'manifest' && method === 'PUT') return putManifest(question, state, reference)
  if (kind === 'manifest') return manifestOf(kept, reference)
  if (kind === 'referrers' && traits.hasReferrers) return referrersOf(kept, reference)
  const blob = kind === 'blob' ? kept.shelf.blobs.get(reference) : undefined
  return blob === undefined ? missing('BLOB_UNKNOWN') : answerOf(200, blob)
}

function begin({ path, headers }: Question, { traits, sessions }: State): Answer {
  const id = `${sessions.size}`
  sessions.set(id, EMPTY)
  const location = traits.locate(`${path.replace(/\/$/, '')}/${id}`, headers.host ?? '')
  return answerOf(202, EMPTY, { location, range: '0-0' })
}

function receive({ method, query, body, path }: Question, { kept, sessions }: State, id: string): Answer {
  const before = sessions.get(id)
  if (method === 'DELETE') return answerOf(204)
  if (before === undefined) return missing('BLOB_UPLOAD_UNKNOWN')
  const bytes = Buffer.concat([before, body])
  const digest = query.get('digest')
  sessions.set(id, bytes)
  if (digest === null) return answerOf(202, EMPTY, { location: path, range: `0-${bytes.length - 1}` })
  kept.shelf.blobs.set(digest, bytes)
  return answerOf(201, EMPTY, { location: `/v2/${TO}/blobs/${digest}` })
}

function putManifest({ body, headers }: Question, { kept, traits }: State, reference: string): Answer {
  const digest = digestOf(body)
  // Stores content under the digest that the client sent, so that a wrong digest is detected.
  const named = reference.includes(':') ? reference : digest
  kept.shelf.manifests.set(named, { mediaType: headers['content-type'] ?? '', bytes: body })
  if (!reference.includes(':')) kept.tags.set(reference, digest)
  const subject = subjectOf(body)
  const indexed = traits.hasReferrers && subject !== undefined ? { 'oci-subject': subject } : {}
  return answerOf(201, EMPTY, { 'docker-content-digest': digest, ...indexed })
}

function manifestOf({ tags, shelf }: Kept, reference: string): Answer {
  const digest = reference.includes(':') ? reference : (tags.get(reference) ?? '')
  const found = shelf.manifests.get(digest)
  if (found === undefined) return missing('MANIFEST_UNKNOWN')
  return answerOf(200, found.bytes, { 'content-type': found.mediaType, 'docker-content-digest': digest })
}

function referrersOf({ shelf }: Kept, subject: string): Answer {
  const { ociIndex } = MediaType
  const manifests = [...shelf.manifests].flatMap(([digest, { mediaType, bytes }]) =>
    subjectOf(bytes) === subject ? [{ mediaType, digest, size: bytes.length }] : [],
  )
  return json(200, { schemaVersion: 2, mediaType: ociIndex, manifests }, {}, ociIndex)
}

/** Corrupted bytes are not JSON. */
export function subjectOf(bytes: Buffer): string | undefined {
  try {
    return JSON.parse(bytes.toString()).subject?.digest
  } catch {
    return undefined
  }
}
