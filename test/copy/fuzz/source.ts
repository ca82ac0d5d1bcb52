// The honest responses of a registry that holds a world.
import { MediaType } from '../../../registry/model/manifest.ts'
import { createGate, json, missing } from './gate.ts'
import { placeOf } from './place.ts'
import { type Answer, answerOf, EMPTY, type Question } from './wire.ts'
import type { World } from './world.ts'

export const FROM = 'library/app'

export type Honest = (question: Question) => Answer

/** @param needsToken - whether anonymous requests are rejected */
export function honestSource(world: World, needsToken: boolean): Honest {
  const gate = createGate()
  return (question) => (needsToken ? gate(question) : undefined) ?? answer(world, question)
}

function answer(world: World, question: Question): Answer {
  const { kind, reference } = placeOf(question)
  if (kind === 'ping') return json(200, {})
  if (kind === 'list') return pageOf(world, question)
  if (kind === 'manifest') return manifestOf(world, reference)
  if (kind === 'blob') return blobOf(world, reference, question)
  if (kind === 'referrers' && world.hasReferrers) {
    const manifests = world.artifacts.get(reference) ?? []
    const { ociIndex } = MediaType
    return json(200, { schemaVersion: 2, mediaType: ociIndex, manifests }, {}, ociIndex)
  }
  return missing('NOT_FOUND')
}

/** The registry's own limit applies to any requested page size. */
function pageOf({ listed, pageSize }: World, { query, path }: Question): Answer {
  const last = query.get('last')
  const start = last === null ? 0 : listed.findIndex((tag) => tag > last)
  const tags = start < 0 ? [] : listed.slice(start, start + pageSize)
  const isLast = start < 0 || start + pageSize >= listed.length
  const next = `<${path}?n=${pageSize}&last=${encodeURIComponent(tags.at(-1) ?? '')}>; rel="next"`
  return json(200, { name: FROM, tags }, isLast ? {} : { link: next })
}

function manifestOf({ tags, shelf }: World, reference: string): Answer {
  const digest = reference.includes(':') ? reference : (tags.get(reference) ?? '')
  const found = shelf.manifests.get(digest)
  if (found === undefined) return missing('MANIFEST_UNKNOWN')
  const headers = { 'content-type': found.mediaType, 'docker-content-digest': digest }
  return answerOf(200, found.bytes, headers)
}

function blobOf({ shelf }: World, digest: string, { headers }: Question): Answer {
  const bytes = shelf.blobs.get(digest)
  if (bytes === undefined) return missing('BLOB_UNKNOWN')
  const type = { 'content-type': 'application/octet-stream' }
  const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
  if (from === 0) return answerOf(200, bytes, type)
  if (from >= bytes.length) return answerOf(416, EMPTY, type)
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`
  return answerOf(206, bytes.subarray(from), { ...type, 'content-range': range })
}
