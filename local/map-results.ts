/**
 * The files that a Map Run leaves in S3: `SUCCEEDED_0.json`, `FAILED_0.json` and the manifest that lists them.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
import type { Documents } from './distributed-map.ts'
import type { Ended, Identity } from './execution.ts'
import { asArray, asString, isObject, type Json, type JsonObject } from './json.ts'

export interface ChildResult {
  readonly identity: Identity
  readonly input: Json
  readonly ended: Ended
}

export interface MapRun {
  readonly results: readonly ChildResult[]
  readonly mapRunArn: string
  readonly run: string
  /** The Map's `ResultWriter`, and its `Parameters` evaluated. */
  readonly writer: JsonObject
  readonly parameters: JsonObject
}

/** Writes the files and gives `ResultWriterDetails`. */
export async function writeResults(map: MapRun, documents: Documents): Promise<JsonObject> {
  const bucket = asString(map.parameters.Bucket, 'the Bucket of the ResultWriter')
  const prefix = typeof map.parameters.Prefix === 'string' ? `${map.parameters.Prefix}/${map.run}` : map.run
  const succeeded = map.results.filter(({ ended }) => ended.status === 'SUCCEEDED')
  const failed = map.results.filter(({ ended }) => ended.status !== 'SUCCEEDED')
  const files = {
    FAILED: await write('FAILED_0', failed.map(withMetadata)),
    PENDING: [],
    SUCCEEDED: await write('SUCCEEDED_0', transformed(map.writer, succeeded)),
  }
  const key = `${prefix}/manifest.json`
  const manifest = { DestinationBucket: bucket, MapRunArn: map.mapRunArn, ResultFiles: files }
  await documents.put(bucket, key, JSON.stringify(manifest))
  return { Bucket: bucket, Key: key }

  /** No file for nothing, as AWS does. */
  async function write(name: string, entries: readonly Json[]): Promise<readonly JsonObject[]> {
    if (entries.length === 0) return []
    const body = JSON.stringify(entries)
    await documents.put(bucket, `${prefix}/${name}.json`, body)
    return [{ Key: `${prefix}/${name}.json`, Size: Buffer.byteLength(body) }]
  }
}

/** Failed children always keep their metadata; `COMPACT` and `FLATTEN` leave only the outputs of the others. */
function transformed(writer: JsonObject, results: readonly ChildResult[]): readonly Json[] {
  const config = isObject(writer.WriterConfig) ? writer.WriterConfig : {}
  const { Transformation = 'NONE', OutputType = 'JSON' } = config
  if (OutputType !== 'JSON') throw new Error(`results as ${OutputType} are not supported here, only as JSON`)
  if (Transformation === 'NONE') return results.map(withMetadata)
  const outputs = results.map(({ ended }) => (ended.status === 'SUCCEEDED' ? ended.output : null))
  return Transformation === 'FLATTEN'
    ? outputs.flatMap((output) => (Array.isArray(output) ? asArray(output) : [output]))
    : outputs
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
