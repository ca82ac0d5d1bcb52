/** Content that was encoded on its way has other bytes than its digest is of. */
import { RegistryError } from '../model/errors.ts'
import { quote } from '../model/label.ts'
import type { WireResponse } from './transport.ts'

/**
 * Labels of content that is as it was stored: S3 keeps `aws-chunked` of an upload, proxies write `none`. The digest
 * decides whether the bytes are right.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
const HARMLESS = new Set(['', 'identity', 'none', 'aws-chunked'])

/**
 * The client asks for `identity`. Some proxies compress nevertheless; decoding it again would hide what was really
 * served. https://github.com/opencontainers/distribution-spec/issues/235
 */
export function refuseEncoding({ headers }: WireResponse, what: string): void {
  const encoding = headers['content-encoding'] ?? ''
  if (encoding.split(',').every((label) => HARMLESS.has(label.trim().toLowerCase()))) return
  throw new RegistryError(
    `${what} was served with Content-Encoding ${quote(encoding)}, although it was not asked for`,
    { kind: 'invalidContent' },
  )
}
