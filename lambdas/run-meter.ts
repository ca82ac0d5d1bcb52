/**
 * What a run tells CloudWatch, as lines of Report's log in the embedded metric format: no call, no permission. Names
 * are in mirror/metric-names.ts, what they mean is in docs/runbook.md.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Counts, ReportInput } from '../mirror/contract.ts'
import type { PairReport } from '../mirror/documents.ts'
import { freshnessOf, freshnessSchema, type LatePair } from '../mirror/freshness.ts'
import { freshnessKey } from '../mirror/keys.ts'
import { Dimension, Metric, NAMESPACE, SERVICE } from '../mirror/metric-names.ts'
import type { ResultReader } from './run-results.ts'

export interface RunMeter {
  /** Takes note of one pair. */
  add(pair: Pair): void
  /** Tells of them all. Never throws: metrics must not keep a report from being made. */
  end(counts: Counts): Promise<void>
}

type Target = Pick<PairReport, 'region' | 'repository'>
type Pair = Target & Pick<PairReport, 'outcome' | 'bytes' | 'seconds'>

/** Of a run that a schedule started. */
interface Freshness {
  readonly schedule: string
  /** The pair that was verified longest ago, where the run did not verify all. */
  readonly oldest?: LatePair | undefined
}

export function createMetrics(): Metrics {
  return new Metrics({ namespace: NAMESPACE, serviceName: SERVICE })
}

/** Notes the pairs of a run, and in the end tells CloudWatch of them. A dry run verifies nothing, and is not counted. */
export function startMeter(
  { run, stateMachine }: Pick<ReportInput, 'run' | 'stateMachine'>,
  metrics: Metrics,
  reader: ResultReader,
  now = new Date(),
): RunMeter {
  const late: Target[] = []
  const total = { bytes: 0, seconds: 0 }
  return {
    add({ region, repository, outcome, bytes, seconds }) {
      total.bytes += bytes
      total.seconds += seconds
      if (outcome !== 'synced' && outcome !== 'inSync') late.push({ region, repository })
    },
    async end(counts) {
      if (run.dryRun) return
      try {
        metrics.setDefaultDimensions({ [Dimension.StateMachine]: stateMachine.split(':').at(-1) ?? '' })
        tellOutcomes(metrics, run.name, { ...counts, ...total })
        if (run.schedule === undefined) return
        const oldest = await keepFreshness(run.schedule, late, reader, now)
        tellFreshness(metrics, run.name, counts, { schedule: run.schedule, oldest })
      } catch (error) {
        reader.onOddity('the metrics of the run could not be told', { error })
      }
    },
  }
}

function tellOutcomes(
  metrics: Metrics,
  run: string,
  told: Counts & { readonly bytes: number; readonly seconds: number },
): void {
  metrics.addMetadata('run', run)
  metrics.addMetric(Metric.InSync, MetricUnit.Count, told.inSync)
  metrics.addMetric(Metric.Synced, MetricUnit.Count, told.synced)
  metrics.addMetric(Metric.Deferred, MetricUnit.Count, told.deferred)
  metrics.addMetric(Metric.Failed, MetricUnit.Count, told.failed)
  metrics.addMetric(Metric.Bytes, MetricUnit.Bytes, told.bytes)
  metrics.addMetric(Metric.Seconds, MetricUnit.Seconds, told.seconds)
  metrics.publishStoredMetrics()
}

/** Failed is told again: the alarm leaves out what the run's own alert has said. */
function tellFreshness(
  metrics: Metrics,
  run: string,
  { failed }: Counts,
  { schedule, oldest }: Freshness,
): void {
  metrics.addMetadata('run', run)
  if (oldest !== undefined) metrics.addMetadata('oldest', oldest.target)
  metrics.addDimension(Dimension.Schedule, schedule)
  metrics.addMetric(Metric.Freshness, MetricUnit.NoUnit, oldest?.hours ?? 0)
  metrics.addMetric(Metric.Failed, MetricUnit.Count, failed)
  metrics.publishStoredMetrics()
}

/** The stalest pair of the schedule, after what its last run has kept; keeps the same for the next one. */
async function keepFreshness(
  schedule: string,
  late: readonly Target[],
  { store }: ResultReader,
  now: Date,
): Promise<LatePair | undefined> {
  const key = freshnessKey(schedule)
  const { kept, oldest } = freshnessOf(late, await store.findJson(key, freshnessSchema), now)
  await store.writeJson(key, kept)
  return oldest
}
