// Runs the deployed Plan and Report on the documents of a run of any size, and measures time and memory.
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import pMap from 'p-map'
import { programFolder } from '../../../infra/bundle.ts'
import { PROGRAMS } from '../../../infra/programs.ts'
import {
  type Counts,
  type ImageEnd,
  type PairEnd,
  type PlanOutput,
  planOutputSchema,
  reportOutputSchema,
} from '../../../mirror/contract.ts'
import { FUNCTION_MEMORY_MIB } from '../../../mirror/function-memory.ts'
import { resolvedKey, STATUS_KEY } from '../../../mirror/keys.ts'
import { openWorkBucket, type WorkBucket } from '../../../store/work-bucket.ts'
import { startS3 } from '../../store/s3.ts'
import { someRegions } from './regions.ts'

export interface FunctionOptions {
  readonly images: number
  readonly regions: number
  /** The number of images that fail in every region with the longest message. */
  readonly failing: number
}

export interface Measured {
  readonly output: unknown
  readonly seconds: number
  /** Processor time: less than `seconds` if the function waited for S3 or for the processor. */
  readonly processorSeconds: number
  readonly residentBytes: number
}

export interface FunctionRun {
  readonly plan: Measured
  readonly report: Measured
  /** Report of a second run, which reads the state that the first has kept. */
  readonly again: Measured
  /** Of the first run. */
  readonly counts: Counts
  /** The size of `status.json`, after both runs. */
  readonly statusBytes: number
  /** In the form that Step Functions receives. */
  readonly reportBytes: number
  readonly alertBytes: number
}

const PARALLEL_WRITES = 16
const DIGEST = `sha256:${'0'.repeat(64)}`
const RUN = 'scale'
const AT = '2026-11-30T01:02:03.000Z'

export async function measureFunctions(options: FunctionOptions): Promise<FunctionRun> {
  const s3 = await startS3()
  const folder = await mkdtemp(join(tmpdir(), 'functions-'))
  try {
    const store = openWorkBucket('work')
    const list = listOf(options)
    await store.writeJson('list.json', list)
    const plan = await call('plan', folder, { run: RUN, execution: 'arn', input: {} })
    const planned = planOutputSchema.parse(plan.output)
    const results = await leaveResults(store, planned, options)
    const input = {
      run: planned.run,
      execution: `arn:aws:states:us-east-1:123456789012:execution:mirror:${RUN}`,
      stateMachine: 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror',
      items: planned.items,
      map: { ResultWriterDetails: results },
    }
    const report = await call('report', folder, input)
    const again = await call('report', folder, input)
    const output = reportOutputSchema.parse(report.output)
    return {
      plan,
      report,
      again,
      counts: output.counts,
      statusBytes: Buffer.byteLength(await store.readText(`s3://work/${STATUS_KEY}`)),
      reportBytes: Buffer.byteLength(JSON.stringify(output)),
      alertBytes: Buffer.byteLength(output.alert?.message ?? ''),
    }
  } finally {
    await s3.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function listOf({ images, regions }: FunctionOptions) {
  return {
    regions: someRegions(regions),
    prefix: 'mirror',
    images: Array.from({ length: images }, (_, index) => `quay.io/some-team/some-application-${index}:1.2.3`),
  }
}

/** The documents of the Map and of Resolve in S3, for Report. */
async function leaveResults(
  store: WorkBucket,
  { resultsPrefix }: PlanOutput,
  { images, regions, failing }: FunctionOptions,
) {
  const ids = Array.from({ length: images }, (_, index) => idOf(index))
  await pMap(
    ids,
    (id) =>
      store.writeJson(resolvedKey(RUN, id), {
        image: id,
        tags: [{ tag: '1.2.3', digest: DIGEST, mediaType: 'application/json', size: 1 }],
        artifacts: [],
      }),
    { concurrency: PARALLEL_WRITES },
  )
  const [key, manifest] = [`${resultsPrefix}/run/SUCCEEDED_0.json`, `${resultsPrefix}/run/manifest.json`]
  await store.writePieces(key, resultText(ids, someRegions(regions), failing))
  const ResultFiles = { SUCCEEDED: [{ Key: key, Size: 1 }], FAILED: [], PENDING: [] }
  await store.writeJson(manifest, { DestinationBucket: 'work', MapRunArn: 'arn', ResultFiles })
  return { Bucket: 'work', Key: manifest }
}

function idOf(index: number): string {
  return `${String(index + 1).padStart(5, '0')}-some-application-${index}`
}

async function* resultText(ids: readonly string[], regions: readonly string[], failing: number) {
  for (const [index, id] of ids.entries()) {
    const end = (target: string): PairEnd =>
      index < failing
        ? { target, caught: { Error: 'AccessDenied', Cause: causeOf(target) } }
        : { target, outcome: 'inSync', at: AT }
    const [home, ...others] = regions
    const image: ImageEnd = { id, waves: [[end(home ?? '')], others.map(end)] }
    yield `${index === 0 ? '[' : ','}${JSON.stringify(image)}`
  }
  yield ']'
}

/** A Lambda error with the longest message that our functions return, different in each region. */
function causeOf(region: string): string {
  const errorMessage = `${region} ${'m'.repeat(999 - region.length)}`
  return JSON.stringify({ errorType: 'AccessDenied', errorMessage, trace: [] })
}

async function call(program: 'plan' | 'report', folder: string, event: unknown) {
  const code = join(folder, program)
  await cp(programFolder(program), code, { recursive: true })
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${FUNCTION_MEMORY_MIB[program]}`,
      join(import.meta.dirname, 'invoke.ts'),
      join(code, PROGRAMS[program].file),
    ],
    {
      env: { ...process.env, WORK_BUCKET: 'work', MIRROR_NAME: 'scale', LIST_URL: 's3://work/list.json' },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  child.stdin.end(JSON.stringify(event))
  const lines = (await text(child.stdout)).trim().split('\n')
  return JSON.parse(lines.at(-1) ?? '') as Measured
}
