/**
 * Read-modify-write of an object in S3, by conditional writes: the write of a concurrent client is never lost.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { type Destination, uploadText } from './upload.ts'

export interface Update<T> {
  /** Returns the new document, or undefined to leave the stored one. May be called several times. */
  readonly change: (stored: T | undefined) => T | undefined
  /** Receives why the stored document cannot be read. It then counts as missing, and is replaced. */
  readonly onUnreadable: (error: unknown) => void
}

/** Each conflict means that another client has written, so this many clients may write at once. */
export const MAX_TRIES = 10

/** An object as it was read. */
export interface Version {
  readonly etag: string | undefined
  readonly chunks: AsyncIterable<Uint8Array>
}

/** @throws if each try met a conflict */
export async function updateText(
  client: S3Client,
  destination: Destination,
  change: (text: string | undefined) => string | undefined,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const stored = await getObject(client, destination)
    const text = change(await stored?.Body?.transformToString())
    if (text === undefined) return
    if ((await replaceObject(client, destination, text, stored?.ETag)) !== undefined) return
    if (tries < MAX_TRIES) continue
    const { bucket, key } = destination
    throw new Error(`s3://${bucket}/${key} was changed by others in each of ${MAX_TRIES} tries`)
  }
}

/** Returns undefined if the object is missing. */
export async function findVersion(client: S3Client, destination: Destination): Promise<Version | undefined> {
  const { Body, ETag } = (await getObject(client, destination)) ?? {}
  return Body === undefined ? undefined : { etag: ETag, chunks: Body.transformToWebStream() }
}

/** The ETag of an object, or undefined if it is missing. */
export async function findEtag(client: S3Client, { bucket, key }: Destination): Promise<string | undefined> {
  try {
    return (await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ETag
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return undefined
    throw error
  }
}

/**
 * Writes an object if it still is the one that was read.
 * @param etag - undefined if it was missing
 * @returns the new ETag, or undefined if another client has written meanwhile
 */
export async function replaceObject(
  client: S3Client,
  destination: Destination,
  text: string | AsyncIterable<string>,
  etag: string | undefined,
): Promise<string | undefined> {
  try {
    return (await uploadText(client, destination, text, { replaces: { etag } })) ?? ''
  } catch (error) {
    if (isConflict(error)) return undefined
    throw error
  }
}

async function getObject(client: S3Client, { bucket, key }: Destination) {
  try {
    return await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
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
