/**
 * Texts of any length into S3: in one piece when they are short, in parts when they are long, and never more than a
 * part of them in memory. What an upload that broke has left is removed by the bucket's lifecycle.
 */
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'

export interface Destination {
  readonly bucket: string
  readonly key: string
}

/** S3 takes 10,000 parts of 5 MiB at least: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const PART_BYTES = 8 * 1024 * 1024
const JSON_TYPE = { ContentType: 'application/json' } as const

export async function uploadJson(
  client: S3Client,
  { bucket, key }: Destination,
  text: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const object = { Bucket: bucket, Key: key }
  let upload: Awaited<ReturnType<typeof begin>> | undefined
  let last = Buffer.alloc(0)
  for await (const part of partsOf(text)) {
    if (last.length > 0) {
      upload ??= await begin(client, object)
      await upload.send(last)
    }
    last = part
  }
  if (upload === undefined) {
    await client.send(new PutObjectCommand({ ...object, ...JSON_TYPE, Body: last }))
    return
  }
  await upload.send(last)
  await upload.complete()
}

async function begin(client: S3Client, object: { readonly Bucket: string; readonly Key: string }) {
  const checked = { ...object, ChecksumAlgorithm: 'CRC32' } as const
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...checked, ...JSON_TYPE }))
  const Parts: CompletedPart[] = []
  return {
    async send(Body: Buffer): Promise<void> {
      const PartNumber = Parts.length + 1
      const { ETag, ChecksumCRC32 } = await client.send(
        new UploadPartCommand({ ...checked, UploadId, PartNumber, Body }),
      )
      Parts.push({ PartNumber, ETag, ChecksumCRC32 })
    },
    async complete(): Promise<void> {
      await client.send(
        new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }),
      )
    },
  }
}

/** All of the same length, but for the last. */
async function* partsOf(text: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Buffer<ArrayBuffer>> {
  let pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of text) {
    const encoded = Buffer.from(piece)
    for (let at = 0; at < encoded.length; ) {
      const taken = encoded.subarray(at, at + PART_BYTES - bytes)
      pieces.push(taken)
      bytes += taken.length
      at += taken.length
      if (bytes < PART_BYTES) continue
      yield Buffer.concat(pieces)
      pieces = []
      bytes = 0
    }
  }
  if (bytes > 0) yield Buffer.concat(pieces)
}
