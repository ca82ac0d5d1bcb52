/**
 * The bucket of ECR's layers: the registry redirects each GET of a blob to a presigned URL on another host, which
 * rejects requests with further credentials. Many faults of ECR as a source come from this redirect.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Digest, isDigest } from '../../../registry/model/reference.ts'
import type { Handler } from '../registry/handler.ts'
import { OciError } from '../registry/oci-error.ts'
import { serveBlob } from '../registry/serve-blob.ts'
import type { Store } from '../registry/store/store.ts'

const HOUR = 60 * 60 * 1000

export interface LayerBucket {
  readonly handler: Handler
  /** Returns a URL path that allows anyone to read the blob for an hour. */
  presign(repository: string, digest: Digest): string
}

export function layerBucket(store: Store, now: () => number): LayerBucket {
  const secret = randomBytes(32)
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('hex')

  const refusalOf = (request: IncomingMessage, url: URL): readonly [number, string, string] | undefined => {
    const expires = url.searchParams.get('X-Amz-Expires') ?? ''
    if (request.headers.authorization !== undefined) {
      // https://github.com/open-policy-agent/opa/issues/6580
      return [400, 'InvalidArgument', 'Only one auth mechanism allowed']
    }
    if (url.searchParams.get('X-Amz-Signature') !== sign(`${url.pathname} ${expires}`)) {
      return [403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match']
    }
    return Number(expires) <= now() ? [403, 'AccessDenied', 'Request has expired'] : undefined
  }

  return {
    presign(repository, digest) {
      const path = `/${repository}/${digest}`
      const expires = String(now() + HOUR)
      const query = new URLSearchParams({
        'X-Amz-Expires': expires,
        'X-Amz-Signature': sign(`${path} ${expires}`),
      })
      return `${path}?${query}`
    },
    async handler(request, response) {
      const url = new URL(request.url ?? '', 'http://bucket')
      const refused = refusalOf(request, url)
      if (refused) return refuse(response, ...refused)
      try {
        await serve(store, url.pathname, request, response)
      } catch (error) {
        if (!(error instanceof OciError) || response.headersSent) response.destroy()
        else refuse(response, error.status, error.code, error.message)
      }
    },
  }
}

async function serve(store: Store, path: string, request: IncomingMessage, response: ServerResponse) {
  const slash = path.lastIndexOf('/')
  const [repository, digest] = [path.slice(1, slash), path.slice(slash + 1)]
  const size = isDigest(digest) ? await store.blobs.size(repository, digest) : undefined
  if (size === undefined || !isDigest(digest))
    return refuse(response, 404, 'NoSuchKey', 'There is no such key')
  await serveBlob({ store, digest, size, headers: { etag: `"${digest}"` } }, request, response)
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body)
}
