/**
 * Preconditions of PutObject and CompleteMultipartUpload in S3, which `fauxqs` ignores. Conditional writes of one object
 * take turns, so that each compares with the object that it replaces.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */

/** Request fields of Fastify. */
export interface WriteRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** An error of S3. */
export interface Refusal {
  readonly status: number
  readonly body: string
}

export interface ConditionalWrites {
  /** Waits for the request's turn, and returns the error if its precondition does not hold. */
  begin(request: WriteRequest): Promise<Refusal | undefined>
  /** Must be called when a request has been answered. */
  end(request: WriteRequest): void
}

/** @param etagOf - the ETag of an object; undefined if it is missing */
export function conditionalWrites(
  etagOf: (request: WriteRequest) => Promise<string | undefined>,
): ConditionalWrites {
  const turns = new Map<string, Promise<void>>()
  const ends = new WeakMap<WriteRequest, () => void>()
  return {
    async begin(request) {
      const { method, url, headers } = request
      const match = headers['if-match']
      const noneMatch = headers['if-none-match']
      if (!isWrite(method, url) || (match === undefined && noneMatch === undefined)) return undefined
      const { promise, resolve } = Promise.withResolvers<void>()
      const object = pathOf(url)
      const before = turns.get(object)
      turns.set(object, promise)
      ends.set(request, () => {
        if (turns.get(object) === promise) turns.delete(object)
        resolve()
      })
      await before
      const etag = await etagOf(request)
      if (noneMatch !== undefined) return etag === undefined ? undefined : FAILED
      if (etag === undefined) return MISSING
      return etag === match ? undefined : FAILED
    },
    end: (request) => ends.get(request)?.(),
  }
}

/** Requests that start a multipart upload or send a part have no preconditions. */
function isWrite(method: string, url: string): boolean {
  const { searchParams } = new URL(url, 'http://s3')
  return searchParams.has('uploadId') ? method === 'POST' : method === 'PUT'
}

function pathOf(url: string): string {
  return new URL(url, 'http://s3').pathname
}

const FAILED = refusal(
  412,
  'PreconditionFailed',
  'At least one of the pre-conditions you specified did not hold',
)
const MISSING = refusal(404, 'NoSuchKey', 'The specified key does not exist.')

function refusal(status: number, code: string, message: string): Refusal {
  return { status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` }
}
