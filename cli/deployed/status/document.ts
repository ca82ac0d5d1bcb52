/** Reads the status of the mirror from its `status.json` and its latest executions. */
import { STATUS_KEY } from '../../../mirror/keys.ts'
import { type Place, statusSchema } from '../../../mirror/status/schema.ts'
import type { Deployed } from '../aws/with-mirror.ts'
import type { Status } from './schema.ts'

const RUNS = 5

/** The pairs are those of `status.json`, which the status page shows too. */
export async function readStatus({ mirror, executions, documents }: Deployed): Promise<Status> {
  const { stack, account, region } = mirror
  const runs = await executions.recent(RUNS)
  const known = await (await documents()).find(STATUS_KEY, statusSchema)
  const pairs = (known?.images ?? []).flatMap(({ image, places }) =>
    places.map((place) => ({ ...place, image })),
  )
  const failing = pairs.flatMap(failingOf)
  return {
    mirror: { stack, account, region },
    runs: runs.map(({ run, status, started, ended }) => ({
      run,
      status,
      started: started.toISOString(),
      ...(ended === undefined ? {} : { ended: ended.toISOString() }),
    })),
    counts: { pairs: pairs.length, good: pairs.length - failing.length, failing: failing.length },
    ...oldestOf(pairs),
    failing: failing.sort((a, b) => a.since.localeCompare(b.since)),
  }
}

interface Pair extends Place {
  readonly image: string
}

/** A pair that is not in sync has `since`. */
function failingOf({ image, target, state, since, verified, error }: Pair): Status['failing'] {
  if (since === undefined) return []
  return [
    {
      image,
      target,
      outcome: state,
      since,
      ...(verified === undefined ? {} : { good: verified }),
      ...(error === undefined ? {} : { error: { name: error.name, message: error.message } }),
    },
  ]
}

function oldestOf(pairs: readonly Pair[]): Pick<Status, 'oldest'> {
  let oldest: Status['oldest']
  for (const { image, target, verified: good } of pairs) {
    if (good !== undefined && (oldest === undefined || good < oldest.good)) oldest = { image, target, good }
  }
  return oldest === undefined ? {} : { oldest }
}
