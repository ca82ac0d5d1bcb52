/**
 * The files that a Map Run writes to S3: `SUCCEEDED_0.json`, `FAILED_0.json` and the manifest that lists them. They are
 * written while the children run, so that at most one file of each kind is in memory.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */

import { asArray, asString, isObject, type Json, type JsonObject } from '../json.ts'
import type { Documents } from '../s3-documents.ts'
import type { Ended, Identity } from './execution.ts'

export interface ChildResult {
  readonly identity: Identity
  readonly input: Json
  readonly ended: Ended
}

export interface MapRun {
  readonly mapRunArn: string
  readonly run: string
  /** The Map's `ResultWriter`, with its `Parameters` evaluated. */
  readonly writer: JsonObject
  readonly parameters: JsonObject
}

export interface Results {
  add(result: ChildResult): Promise<void>
  /** Writes the remaining results and the manifest. Returns `ResultWriterDetails`. */
  close(): Promise<JsonObject>
}

/** The size at which a file is written, which bounds memory for long lists. AWS starts another file after 5 GB. */
const MAX_FILE_BYTES = 2 * 1024 * 1024

export function openResults(map: MapRun, documents: Documents, maxBytes = MAX_FILE_BYTES): Results {
  const bucket = asString(map.parameters.Bucket, 'the Bucket of the ResultWriter')
  const prefix = typeof map.parameters.Prefix === 'string' ? `${map.parameters.Prefix}/${map.run}` : map.run
  const open = (name: string) => resultFiles(`${prefix}/${name}`, bucket, documents, maxBytes)
  const succeeded = open('SUCCEEDED')
  const failed = open('FAILED')
  const transform = transformation(map.writer)
  return {
    async add(result) {
      if (result.ended.status === 'SUCCEEDED') await succeeded.add(transform(result))
      else await failed.add([withMetadata(result)])
    },
    async close() {
      const ResultFiles = { FAILED: await failed.close(), PENDING: [], SUCCEEDED: await succeeded.close() }
      const manifest = { DestinationBucket: bucket, MapRunArn: map.mapRunArn, ResultFiles }
      const key = `${prefix}/manifest.json`
      await documents.put(bucket, key, JSON.stringify(manifest))
      return { Bucket: bucket, Key: key }
    },
  }
}

/** Writes `<name>_0.json`, `<name>_1.json` and so on, each a JSON array; like AWS, no file without results. */
function resultFiles(name: string, bucket: string, documents: Documents, maxBytes: number) {
  const written: JsonObject[] = []
  let entries: string[] = []
  let bytes = 0

  async function flush(): Promise<void> {
    if (entries.length === 0) return
    const body = `[${entries.join(',')}]`
    const Key = `${name}_${written.length}.json`
    written.push({ Key, Size: Buffer.byteLength(body) })
    entries = []
    bytes = 0
    await documents.put(bucket, Key, body)
  }

  return {
    async add(values: readonly Json[]): Promise<void> {
      for (const value of values) bytes += entries[entries.push(JSON.stringify(value)) - 1]?.length ?? 0
      if (bytes >= maxBytes) await flush()
    },
    async close(): Promise<readonly JsonObject[]> {
      await flush()
      return written
    },
  }
}

/** Failed children always keep their metadata; `COMPACT` and `FLATTEN` leave only the outputs of the others. */
function transformation(writer: JsonObject): (result: ChildResult) => readonly Json[] {
  const config = isObject(writer.WriterConfig) ? writer.WriterConfig : {}
  const { Transformation = 'NONE', OutputType = 'JSON' } = config
  if (OutputType !== 'JSON') throw new Error(`results as ${OutputType} are not supported here, only as JSON`)
  if (Transformation === 'NONE') return (result) => [withMetadata(result)]
  return ({ ended }) => {
    const output = ended.status === 'SUCCEEDED' ? ended.output : null
    return Transformation === 'FLATTEN' && Array.isArray(output) ? asArray(output) : [output]
  }
}

function withMetadata({ identity, input, ended }: ChildResult): JsonObject {
  const succeeded = ended.status === 'SUCCEEDED'
  return {
    ExecutionArn: identity.arn,
    Input: JSON.stringify(input),
    InputDetails: { Included: true },
    Name: identity.name,
    ...(succeeded ? { Output: JSON.stringify(ended.output), OutputDetails: { Included: true } } : {}),
    ...(succeeded || ended.error === undefined ? {} : { Error: ended.error }),
    ...(succeeded || ended.cause === undefined ? {} : { Cause: ended.cause }),
    RedriveCount: 0,
    RedriveStatus: succeeded ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    ...(succeeded ? { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' } : {}),
    StartDate: ended.startDate.toISOString(),
    StateMachineArn: identity.machineArn,
    Status: ended.status,
    StopDate: ended.stopDate.toISOString(),
  }
}
