/**
 * Synthesizes the stack with the project's `infra/` and finds the assets in the cloud assembly. Runs in a worker
 * thread, so that loading CDK and esbuild does not block startup, and reuses the last assembly while its inputs are
 * unchanged.
 */
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { List } from '../../mirror/list/config.ts'
import { partitionOf } from '../../mirror/list/partitions.ts'
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../json.ts'
import { isPrivate } from '../state/state-folder.ts'
import { digestOfInputs } from './synth-inputs.ts'
import type { OtherStack, Synthesized } from './synth-worker.ts'

/** A file or folder of the cloud assembly, and its destination in a deployment. */
export interface Asset {
  readonly path: string
  /** `zip` is a folder that a deployment packs; `file` is uploaded unchanged. */
  readonly packaging: 'zip' | 'file'
  readonly bucket: string
  readonly key: string
}

export interface Assembly {
  readonly stack: string
  readonly template: JsonObject
  readonly assets: readonly Asset[]
  /** The stacks of other regions, which only forward pushes. */
  readonly others: readonly {
    readonly stack: string
    readonly region: string
    readonly template: JsonObject
  }[]
}

export interface SynthesizeProps {
  readonly list: List
  /** The cloud assembly's folder. */
  readonly outdir: string
  readonly account: string
  /** The region of the deployment: a stack whose list names no region leaves it open. */
  readonly region: string
  readonly signal?: AbortSignal
  /** Called if a synthesis is necessary, because it takes a while. */
  readonly onStep?: (text: string) => void
}

/** @throws the errors of `infra/`, for instance InvalidInput for an invalid list */
export async function synthesize(props: SynthesizeProps): Promise<Assembly> {
  const { outdir, account, region } = props
  const { stack, others } = await upToDate(props)
  return {
    stack,
    template: await readJson(join(outdir, `${stack}.template.json`)),
    assets: assetsOf(await readJson(join(outdir, `${stack}.assets.json`)), outdir, account, region),
    others: await Promise.all(
      others.map(async (other) => ({
        ...other,
        template: await readJson(join(outdir, `${other.stack}.template.json`)),
      })),
    ),
  }
}

interface Made {
  readonly stack: string
  readonly others: readonly OtherStack[]
}

/** Written last: a folder with this file has a complete assembly. */
const STAMP = 'local-run.json'

async function upToDate(props: SynthesizeProps): Promise<Made> {
  const { list, outdir, onStep } = props
  const inputs = await digestOfInputs(list)
  const stamp = join(outdir, STAMP)
  const last = await readJson(stamp).catch(() => undefined)
  // Reuses only private folders: functions and builds run with the user's credentials, so others must not be able to
  // change them.
  if (last?.inputs === inputs && (await isPrivate(outdir))) {
    return { stack: asString(last.stack, 'stack'), others: asArray(last.others).map(otherOf) }
  }
  onStep?.('Synthesizing the stack that "npx cdk deploy" would install')
  // Removes the assets of earlier lists.
  await rm(outdir, { recursive: true, force: true })
  const made = await inWorker(props)
  await writeFile(stamp, JSON.stringify({ inputs, ...made }))
  return made
}

function otherOf(value: Json): OtherStack {
  const { stack, region } = asObject(value, 'a stack')
  return { stack: asString(stack, 'stack'), region: asString(region, 'region') }
}

async function inWorker({ list, outdir, signal }: SynthesizeProps): Promise<Made> {
  const worker = new Worker(new URL('./synth-worker.ts', import.meta.url), {
    workerData: { list, outdir },
    stdout: true,
    stderr: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const said: string[] = []
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (chunk) => said.push(String(chunk)))
  // The worker sends exactly one message, unless it is aborted or cannot start.
  const answered = once(worker, 'message', signal ? { signal } : {}) as Promise<[Synthesized]>
  const ended = once(worker, 'exit').then((): never => {
    throw new Error(`the synthesis ended without a result\n${said.join('')}`)
  })
  ended.catch(() => {})
  const [message] = await Promise.race([answered, ended]).finally(() => worker.terminate())
  if (!('error' in message)) return message
  const { name, message: text } = message.error
  // CDK prints details that its exceptions omit, such as cdk-nag findings.
  const details = name === 'InvalidInput' ? '' : `\n${said.join('')}`
  throw Object.assign(new Error(`${text}${details}`), { name })
}

async function readJson(path: string): Promise<JsonObject> {
  return asObject(JSON.parse(await readFile(path, 'utf8')) as Json, path)
}

function assetsOf(manifest: JsonObject, outdir: string, account: string, region: string): readonly Asset[] {
  return Object.values(asObject(manifest.files, 'files')).flatMap((file): readonly Asset[] => {
    const { source, destinations } = asObject(file, 'a file asset')
    const { path, packaging } = asObject(source, 'the source of an asset')
    const from = asString(path, 'the path of an asset')
    return Object.values(asObject(destinations, 'destinations'))
      .filter(isObject)
      .map(({ bucketName, objectKey }) => ({
        path: isAbsolute(from) ? from : join(outdir, from),
        packaging: packaging === 'zip' ? 'zip' : 'file',
        bucket: inPlace(asString(bucketName, 'bucketName'), account, region),
        key: asString(objectKey, 'objectKey'),
      }))
  })
}

/** Replaces the placeholders that a deployment fills in. */
function inPlace(text: string, account: string, region: string): string {
  const values: Readonly<Record<string, string>> = {
    AccountId: account,
    Region: region,
    Partition: partitionOf(region),
  }
  return text.replaceAll(/\$\{AWS::(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
