/**
 * Read-modify-write of an object in S3, by conditional writes: the write of a concurrent client is never lost.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { Destination } from './upload.ts'

export interface Update<T> {
  /** Returns the new document, or undefined to leave the stored one. May be called several times. */
  readonly change: (stored: T | undefined) => T | undefined
  /** Receives why the stored document cannot be read. It then counts as missing, and is replaced. */
  readonly onUnreadable: (error: unknown) => void
}

/** At each conflict, another client has written, so this many runs may write at once. */
const MAX_TRIES = 10

/** @throws if each try met a conflict */
export async function updateText(
  client: S3Client,
  { bucket: Bucket, key: Key }: Destination,
  change: (text: string | undefined) => string | undefined,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const stored = await read(client, Bucket, Key)
    const Body = change(stored?.text)
    if (Body === undefined) return
    const condition = stored === undefined ? { IfNoneMatch: '*' } : { IfMatch: stored.etag }
    try {
      await client.send(
        new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', ...condition }),
      )
      return
    } catch (error) {
      if (!isConflict(error)) throw error
      if (tries < MAX_TRIES) continue
      throw new Error(`s3://${Bucket}/${Key} was changed by others in each of ${MAX_TRIES} tries`, {
        cause: error,
      })
    }
  }
}

async function read(client: S3Client, Bucket: string, Key: string) {
  try {
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket, Key }))
    return { text: (await Body?.transformToString()) ?? '', etag: ETag }
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    throw error
  }
}

/** The object has changed, was deleted, or is being written. */
const CONFLICTS = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']

function isConflict(error: unknown): boolean {
  return error instanceof Error && CONFLICTS.includes(error.name)
}
