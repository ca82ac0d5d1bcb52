/**
 * Entry point of the CodeBuild build: `node main.mjs`, with WORK_BUCKET and ORDER_KEY in its environment. Writes the
 * result next to the order, and its log to stderr. Exits with 1 if a retry of the build may help, otherwise with 0
 * (`synced`, `deferred`, and permanent failures).
 */

import type { JobEnd } from '../copy/job.ts'
import { SPARE_CONNECTIONS } from '../copy/limit.ts'
import { type WorkOrder, workOrderSchema } from '../mirror/documents.ts'
import { describeFailure } from '../mirror/failure.ts'
import { pairOfOrder, resultKeyOf } from '../mirror/keys.ts'
import { readCredentials } from '../registry/credentials/secret.ts'
import { boundMemory } from '../registry/memory.ts'
import { createRegistries } from '../registry/open.ts'
import { openWorkBucket } from '../store/work-bucket.ts'
import { createBuildLog } from './build-log.ts'
import { readEnvironment, type Settings } from './environment.ts'
import { rememberRefusals } from './remember.ts'
import { describeOrder, describeResult, startReporter } from './reporter.ts'
import { syncOrder } from './run.ts'
import { signed } from './signed.ts'

const log = createBuildLog()

async function main(settings: Settings): Promise<number> {
  const bucket = openWorkBucket(settings.bucket)
  log.about(pairOfOrder(settings.orderKey))
  const order = await bucket.readJson(settings.orderKey, workOrderSchema)
  log.about({ image: order.image })
  log.write(describeOrder(order))
  const { result, transient, refused } = await sync(order, settings)
  const ended = Date.now()
  for (const { level, message } of describeResult(result)) log.write(message, level)
  await rememberRefusals(bucket, order, refused, Date.now())
  await bucket.writeJson(resultKeyOf(settings.orderKey), signed(result, order, settings, ended))
  return transient === undefined ? 0 : 1
}

async function sync(order: WorkOrder, { deadline, writers }: Settings): Promise<JobEnd> {
  const registries = createRegistries({ spareConnections: SPARE_CONNECTIONS })
  let sent = (): number => 0
  using reporter = startReporter(() => sent(), log.write)
  try {
    return await syncOrder(order, {
      registries,
      readCredentials,
      writers,
      meter: reporter.meter,
      onTarget: (target) => {
        sent = () => target.traffic().bytesOut
      },
      ...(deadline === undefined ? {} : { deadline }),
    })
  } finally {
    await registries.close()
  }
}

boundMemory()
try {
  process.exitCode = await main(readEnvironment(process.env, Date.now()))
} catch (error) {
  const { name, message } = describeFailure(error)
  log.write(`${name}: ${message}`, 'ERROR')
  process.exitCode = 1
}
