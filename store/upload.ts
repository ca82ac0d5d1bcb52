/**
 * Uploads texts of any length to S3: a short one with one request, a long one in parts, and never more than a few of its
 * parts in memory. A failed upload leaves its parts to the bucket's lifecycle rule, which needs no further permission.
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

export async function uploadText(
  client: S3Client,
  { bucket, key }: Destination,
  text: string | AsyncIterable<string>,
  ContentType = 'application/json',
): Promise<void> {
  const Body = typeof text === 'string' ? text : Readable.from(text)
  const params = { Bucket: bucket, Key: key, ContentType, Body }
  await new Upload({ client, params, partSize: PART_BYTES, queueSize: 1, leavePartsOnError: true }).done()
}
