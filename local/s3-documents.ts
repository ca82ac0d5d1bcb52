/** Objects in the emulated S3, as text: what the engine's Maps and the deployment read and write. */
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'

/** Objects in S3, as text. */
export interface Documents {
  get(bucket: string, key: string): Promise<string>
  put(bucket: string, key: string, body: string): Promise<void>
}

export function s3Documents(client: S3Client): Documents {
  return {
    async get(bucket, key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return (await Body?.transformToString()) ?? ''
    },
    async put(bucket, key, body) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))
    },
  }
}

export async function createBuckets(client: S3Client, names: Iterable<string>): Promise<void> {
  for (const Bucket of names) await client.send(new CreateBucketCommand({ Bucket }))
}
