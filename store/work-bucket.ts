/** Stores a run's documents as JSON in the work bucket, and validates them when reading. */
import { GetObjectCommand, paginateListObjectsV2, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import * as z from 'zod'
import type { Pointer } from '../mirror/contract.ts'
import { sdkProxy } from '../registry/http/proxy.ts'
import { reasonOf } from '../registry/model/foreign-error.ts'
import { jsonElements } from './json-elements.ts'
import { readObject } from './read-object.ts'
import { findEtag, findVersion, replaceObject, type Update, updateText, type Version } from './update.ts'
import { uploadText } from './upload.ts'

export interface WorkBucket {
  readonly bucket: string
  /** @throws if the document is missing or does not match its schema */
  readJson<T>(key: string, schema: z.ZodType<T>): Promise<T>
  /** Like `readJson`, but returns undefined if the document is missing. */
  findJson<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>
  /** Writes a document and returns a pointer to it. @param count - the number of its entries, for the pointer */
  writeJson(key: string, document: unknown, count?: number): Promise<Pointer>
  /**
   * Changes a document that other runs may change at the same time.
   * @throws if others changed it in each of several tries
   */
  updateJson<T>(key: string, schema: z.ZodType<T>, update: Update<T>): Promise<void>
  /** Opens a document that is read piece by piece. Returns undefined if it is missing. */
  findVersion(key: string): Promise<Version | undefined>
  /** The ETag of a document, or undefined if it is missing. */
  findEtag(key: string): Promise<string | undefined>
  /**
   * Writes a document from a stream of its text, if it still is the one that was read.
   * @param etag - undefined if it was missing
   * @returns the new ETag, or undefined if another run has written it meanwhile
   */
  replace(key: string, pieces: AsyncIterable<string>, etag: string | undefined): Promise<string | undefined>
  /**
   * Streams the elements of a document that is an array.
   * @throws if the document is missing or is not an array
   */
  readElements(key: string): AsyncIterable<unknown>
  /** Writes a document from a stream of its text. */
  writePieces(key: string, pieces: AsyncIterable<string>): Promise<void>
  /** Writes a page that browsers show, and returns a pointer to it. */
  writePage(key: string, html: string): Promise<Pointer>
  /** All keys with the prefix, in byte order. */
  listKeys(prefix: string): Promise<string[]>
  /** The text of any readable object, such as a list: `s3://bucket/key`. */
  readText(url: string): Promise<string>
}

export function openWorkBucket(bucket: string, client: S3Client = s3()): WorkBucket {
  async function findJson<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const text = await getText(client, bucket, key)
    return text === undefined ? undefined : parse(text, schema, `s3://${bucket}/${key}`)
  }
  return {
    bucket,
    findJson,
    async readJson(key, schema) {
      const document = await findJson(key, schema)
      if (document === undefined) throw new Error(`s3://${bucket}/${key} does not exist`)
      return document
    },
    async writeJson(key, document, count = 1) {
      await uploadText(client, { bucket, key }, JSON.stringify(document))
      return { bucket, key, count }
    },
    updateJson: (key, schema, { change, onUnreadable }) =>
      updateText(client, { bucket, key }, (text) => {
        const next = change(readable(text, schema, `s3://${bucket}/${key}`, onUnreadable))
        return next === undefined ? undefined : JSON.stringify(next)
      }),
    findVersion: (key) => findVersion(client, { bucket, key }),
    findEtag: (key) => findEtag(client, { bucket, key }),
    replace: (key, pieces, etag) => replaceObject(client, { bucket, key }, pieces, etag),
    readElements: (key) => readElements(client, bucket, key),
    async writePieces(key, pieces) {
      await uploadText(client, { bucket, key }, pieces)
    },
    async writePage(key, html) {
      await uploadText(client, { bucket, key }, html, { type: 'text/html; charset=utf-8' })
      return { bucket, key, count: 1 }
    },
    listKeys: (prefix) => listKeys(client, bucket, prefix),
    readText: async (url) => (await readObject(client, url)).text,
  }
}

async function listKeys(client: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []))
  }
  return keys
}

/** A list may be in a bucket of another region. */
export function s3(config: Pick<S3ClientConfig, 'region' | 'requestHandler'> = {}): S3Client {
  return new S3Client({ followRegionRedirects: true, ...sdkProxy(), ...config })
}

async function* readElements(client: S3Client, bucket: string, key: string): AsyncGenerator<unknown> {
  const url = `s3://${bucket}/${key}`
  const body = await getBody(client, bucket, key)
  if (body === undefined) throw new Error(`${url} does not exist`)
  try {
    yield* jsonElements(body.transformToWebStream())
  } catch (error) {
    throw new Error(`${url} cannot be read: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

async function getText(client: S3Client, bucket: string, key: string): Promise<string | undefined> {
  const body = await getBody(client, bucket, key)
  return await body?.transformToString()
}

async function getBody(client: S3Client, bucket: string, key: string) {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return Body
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    throw error
  }
}

function readable<T>(
  text: string | undefined,
  schema: z.ZodType<T>,
  url: string,
  onUnreadable: (error: unknown) => void,
): T | undefined {
  if (text === undefined) return undefined
  try {
    return parse(text, schema, url)
  } catch (error) {
    onUnreadable(error)
    return undefined
  }
}

function parse<T>(text: string, schema: z.ZodType<T>, url: string): T {
  const parsed = schema.safeParse(parseJson(text, url))
  if (parsed.success) return parsed.data
  throw new Error(`${url} does not match its schema: ${z.prettifyError(parsed.error)}`)
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${url} is not JSON`, { cause: error })
  }
}
