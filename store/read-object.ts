/** Reads a text object from any bucket, such as a list. Errors say what to do. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { ErrorName } from '../mirror/error-name.ts'
import { namedError } from '../mirror/failure.ts'

export interface TextObject {
  readonly text: string
  /** The version, or in a bucket without versions the ETag. */
  readonly version?: string | undefined
}

/** @param url - `s3://bucket/key` @throws InvalidInput if the object is missing, or may not be read */
export async function readObject(client: S3Client, url: string): Promise<TextObject> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url) ?? []
  try {
    const { Body, VersionId, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return { text: (await Body?.transformToString()) ?? '', version: VersionId ?? ETag?.replaceAll('"', '') }
  } catch (error) {
    throw unreadable(url, error)
  }
}

/** An input or the list names the object, so an error about it is an InvalidInput. */
function unreadable(url: string, error: unknown): unknown {
  const name = error instanceof Error ? error.name : ''
  const refused = (message: string) => namedError(ErrorName.InvalidInput, `${url} ${message}`, error)
  if (name === 'NoSuchKey') return refused('does not exist: check the bucket and the key')
  if (name === 'NoSuchBucket') return refused('does not exist: check the name of the bucket')
  if (name !== 'AccessDenied' && name !== 'Forbidden') return error
  // S3 answers the same for a missing object to callers without ListBucket.
  const fix = 'put the list into the work bucket, or let the Plan function read this bucket'
  return namedError(ErrorName.InvalidInput, `access to ${url} is denied, or it does not exist: ${fix}`, error)
}
