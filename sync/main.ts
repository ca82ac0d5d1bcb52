/**
 * The program that CodeBuild runs: `node main.mjs`, with WORK_BUCKET and ORDER_KEY in its environment. Prints its
 * outcome as the only line of stdout and everything else on stderr. Exits 0 for every outcome that a retry of the
 * build cannot better (`synced`, `deferred`, `failed` for good), and 1 for what it may.
 */
import { type SyncEnv, type SyncOutcome, syncEnvSchema } from '../mirror/contract.ts'
import { type SyncResult, type WorkOrder, workOrderSchema } from '../mirror/documents.ts'
import { describeFailure } from '../mirror/failure.ts'
import { resultKeyOf } from '../mirror/keys.ts'
import { openWorkBucket } from '../store/work-bucket.ts'
import { buildLink } from './log-link.ts'
import { keepMemoryFlat } from './memory.ts'
import { describeOrder, describeResult, startReporter } from './reporter.ts'
import type { SyncEnd } from './run.ts'

async function main(env: SyncEnv): Promise<number> {
  const bucket = openWorkBucket(env.WORK_BUCKET)
  const order = await bucket.readJson(env.ORDER_KEY, workOrderSchema)
  log(describeOrder(order))
  const { result, transient } = await sync(order)
  for (const line of describeResult(result)) log(line)
  await bucket.writeJson(resultKeyOf(env.ORDER_KEY), withLog(result))
  say(result.outcome)
  return transient === undefined ? 0 : 1
}

async function sync(order: WorkOrder): Promise<SyncEnd> {
  // Loaded while the order is on its way would be too early: what comes before the first request delays it.
  const [{ createRegistries }, { readCredentials }, { syncOrder }] = await Promise.all([
    import('../registry/open.ts'),
    import('../registry/secret.ts'),
    import('./run.ts'),
  ])
  const registries = createRegistries()
  let sent = (): number => 0
  using reporter = startReporter(() => sent(), log)
  try {
    return await syncOrder(order, {
      registries,
      readCredentials,
      meter: reporter.meter,
      onTarget: (target) => {
        sent = () => target.traffic().bytesOut
      },
    })
  } finally {
    await registries.close()
  }
}

function withLog(result: SyncResult): SyncResult {
  const link = buildLink(process.env.CODEBUILD_BUILD_ARN)
  return link === undefined ? result : { ...result, log: link }
}

function log(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** The buildspec puts what it reads here into MIRROR_OUTCOME. */
function say(outcome: SyncOutcome): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`)
}

keepMemoryFlat()
try {
  process.exitCode = await main(syncEnvSchema.parse(process.env))
} catch (error) {
  const { name, message } = describeFailure(error)
  log(`${name}: ${message}`)
  process.exitCode = 1
}
