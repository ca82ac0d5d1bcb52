/** Rejects responses with a Content-Encoding, whose bytes differ from those of the digest. */
import { RegistryError } from '../model/errors.ts'
import { quote } from '../model/label.ts'
import type { WireResponse } from './transport.ts'

/**
 * Values that do not change the bytes: S3 keeps `aws-chunked` from an upload, proxies send `none`. The digest check
 * detects wrong bytes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
const HARMLESS = new Set(['', 'identity', 'none', 'aws-chunked'])

/**
 * The client requests `identity`, but some proxies compress nevertheless. The body is not decoded, since that would hide
 * which bytes the registry serves. https://github.com/opencontainers/distribution-spec/issues/235
 */
export function refuseEncoding({ headers }: WireResponse, what: string): void {
  const encoding = headers['content-encoding'] ?? ''
  if (encoding.split(',').every((label) => HARMLESS.has(label.trim().toLowerCase()))) return
  throw new RegistryError(`${what} has the Content-Encoding ${quote(encoding)}, which was not requested`, {
    kind: 'invalidContent',
  })
}
