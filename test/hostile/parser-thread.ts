// Runs a parser of foreign text, selected by name, on one text.
import { parentPort } from 'node:worker_threads'
import { shortened } from '../../mirror/failure.ts'
import { explainCaught } from '../../mirror/report/cause.ts'
import { parseChallenges } from '../../registry/auth/challenge.ts'
import { uploadLocation } from '../../registry/blobs/location.ts'
import { redirectTarget } from '../../registry/http/redirect.ts'
import type { WireResponse } from '../../registry/http/transport.ts'
import { parseLinks } from '../../registry/manifests/link.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import { reasonOf } from '../../registry/model/foreign-error.ts'
import { label, quote } from '../../registry/model/label.ts'
import { contentOf, descriptorsIn } from '../../registry/model/manifest.ts'
import { mediaTypeOf } from '../../registry/model/media-type.ts'
import { isDigest, isTag } from '../../registry/model/reference.ts'
import { retryAfter } from '../../registry/model/retry-after.ts'
import { readErrors } from '../../registry/retry/error-body.ts'
import { quotaWait, readQuota } from '../../registry/retry/quota.ts'
import { refusal } from '../../registry/retry/refusal.ts'
import type { Parser } from './parsers.ts'

const url = new URL('https://registry.example/v2/team/app/manifests/v1')
const answer = (headers: WireResponse['headers']) =>
  ({ status: 400, headers, url }) as unknown as WireResponse
const manifest = (text: string) => {
  const digest = `sha256:${'a'.repeat(64)}` as const
  return { digest, mediaType: text, bytes: Buffer.from(text) }
}

const PARSERS: Readonly<Record<Parser, (text: string) => unknown>> = {
  'error body': (text) => refusal('PUT', answer({}), text, 0),
  'message of an error': (text) =>
    refusal(
      'PUT',
      answer({}),
      JSON.stringify({ errors: [{ code: text, message: text, detail: [text] }] }),
      0,
    ),
  'limit in words': (text) => refusal('GET', { ...answer({}), status: 429 }, text, 0),
  'errors of a body': readErrors,
  'Retry-After': (text) => retryAfter({ 'retry-after': text }, text, 0),
  'ratelimit headers': (text) => [
    readQuota({ 'ratelimit-limit': text, 'ratelimit-remaining': text }),
    quotaWait({ 'ratelimit-reset': text }, 0),
  ],
  'WWW-Authenticate': parseChallenges,
  Link: parseLinks,
  Location: (text) => [
    uploadLocation(answer({ location: text })),
    redirectTarget('GET', answer({ location: text })),
  ],
  'media type': (text) => mediaTypeOf(text, { mediaType: text }, text),
  manifest: (text) => [
    descriptorsIn({ manifests: [{ mediaType: text, digest: text, size: 1 }] }),
    contentOf(manifest(text)),
  ],
  'tag and digest': (text) => [isTag(text), isDigest(text)],
  'text of a server': (text) => [
    quote(text),
    shortened(text, 1_000),
    label('GET', new URL(`https://a.example/${text}`)),
  ],
  'error of a library': (text) => reasonOf(Object.assign(new Error(text), { code: text })),
  'error of ours': (text) => new RegistryError(text, { kind: 'refused', code: text }),
  'cause of a failure': (text) => [
    explainCaught({ Error: text, Cause: text }),
    explainCaught({ Error: 'x', Cause: `{"errorMessage":"${text}` }),
    explainCaught({ Error: 'x', Cause: JSON.stringify({ errorType: text, errorMessage: text }) }),
  ],
}

parentPort?.on('message', ({ parser, text }: { parser: Parser; text: string }) => {
  try {
    PARSERS[parser](text)
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
  }
  parentPort?.postMessage('done')
})
