/** Documents in the work bucket of a deployed mirror. */
import type { z } from 'zod'
import { parseJson } from '../../../registry/model/json.ts'
import { parseKnown } from '../../parse-known.ts'
import { ifExists } from './if-exists.ts'
import type { Mirror } from './mirror.ts'
import { pagesOf } from './pages.ts'
import { AwsProblem } from './problem.ts'

export interface Documents {
  readonly bucket: string
  /** Returns undefined if the document does not exist. */
  find<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>
  exists(key: string): Promise<boolean>
  put(key: string, text: string): Promise<void>
  /** All keys with the prefix. */
  keys(prefix: string): AsyncIterable<string>
  close(): void
}

export async function openDocuments(mirror: Mirror): Promise<Documents> {
  const s3 = await import('@aws-sdk/client-s3')
  const client = new s3.S3Client(mirror.config)
  const Bucket = mirror.output('WorkBucketName')

  async function* keys(Prefix: string): AsyncGenerator<string> {
    const pages = s3.paginateListObjectsV2({ client }, { Bucket, Prefix })
    for await (const { Contents = [] } of pagesOf(mirror.ask, 's3:ListBucket', pages))
      for (const { Key } of Contents) if (Key !== undefined) yield Key
  }

  return {
    bucket: Bucket,
    async find(key, schema) {
      const request = client.send(new s3.GetObjectCommand({ Bucket, Key: key }))
      const found = await ifExists(mirror.ask('s3:GetObject', request), 'NoSuchKey')
      if (found === undefined) return undefined
      return parse((await found.Body?.transformToString()) ?? '', schema, `s3://${Bucket}/${key}`)
    },
    async exists(key) {
      for await (const found of keys(key)) if (found === key) return true
      return false
    },
    async put(key, text) {
      await mirror.ask('s3:PutObject', client.send(new s3.PutObjectCommand({ Bucket, Key: key, Body: text })))
    },
    keys,
    close: () => client.destroy(),
  }
}

/** Another version of the mirror may be deployed. */
function parse<T>(text: string, schema: z.ZodType<T>, url: string): T {
  const { data, error } = parseKnown(schema, parseJson(text))
  if (data !== undefined) return data
  throw new AwsProblem(
    `${url} has a form that this version does not know; use the version of image-mirror that is deployed.`,
    { cause: error },
  )
}
