/**
 * Uploads texts of any length to S3: a short one with one request, a long one in parts, and never more than a few of its
 * parts in memory. A failed upload leaves its parts to the bucket's lifecycle rule, which needs no further permission.
 * An upload with a condition replaces only what its writer has read:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'

export interface Destination {
  readonly bucket: string
  readonly key: string
}

/** S3 accepts up to 10,000 parts of at least 5 MiB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const PART_BYTES = 8 * 1024 * 1024

export interface UploadOptions {
  /** @default application/json */
  readonly type?: string
  /** The ETag of the object to replace, or undefined to write only a new object. @default - whatever is there */
  readonly replaces?: { readonly etag: string | undefined }
}

/** Returns the ETag of the new object. */
export async function uploadText(
  client: S3Client,
  { bucket, key }: Destination,
  text: string | AsyncIterable<string>,
  { type = 'application/json', replaces }: UploadOptions = {},
): Promise<string | undefined> {
  const Body = typeof text === 'string' ? text : Readable.from(text)
  const params = { Bucket: bucket, Key: key, ContentType: type, Body, ...conditionOf(replaces) }
  const upload = new Upload({ client, params, partSize: PART_BYTES, queueSize: 1, leavePartsOnError: true })
  const { ETag } = await upload.done()
  return ETag
}

/** The request that writes a short text, or completes the upload of a long one, carries the condition. */
function conditionOf(replaces: UploadOptions['replaces']) {
  if (replaces === undefined) return {}
  return replaces.etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: replaces.etag }
}
