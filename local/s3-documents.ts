/** Text objects in the emulated S3, for the engine's Maps and the deployment. */
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'

/** Text objects in S3. */
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

/** Returns all keys with this prefix. */
export async function listKeys(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = []
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })
  for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(({ Key }) => Key ?? []))
  return keys
}

export async function createBuckets(client: S3Client, names: Iterable<string>): Promise<void> {
  for (const Bucket of names) await client.send(new CreateBucketCommand({ Bucket }))
}
