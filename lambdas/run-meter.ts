/**
 * What a run tells CloudWatch, as lines of Report's log in the embedded metric format: no call, no permission. Names
 * are in mirror/metric-names.ts, what they mean is in docs/runbook.md.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Counts, ReportInput } from '../mirror/contract.ts'
import type { PairReport } from '../mirror/documents.ts'
import { freshnessKey } from '../mirror/keys.ts'
import { Dimension, Metric, NAMESPACE, SERVICE } from '../mirror/metric-names.ts'
import { freshnessOf, freshnessSchema, type LatePair } from '../mirror/report/freshness.ts'
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
  input: Pick<ReportInput, 'run' | 'stateMachine'>,
  metrics: Metrics,
  reader: ResultReader,
  now = new Date(),
): RunMeter {
  const { dryRun, schedule } = input.run
  const late: Target[] = []
  const total = { bytes: 0, seconds: 0 }
  return {
    add({ region, repository, outcome, bytes, seconds }) {
      total.bytes += bytes
      total.seconds += seconds
      if (outcome !== 'synced' && outcome !== 'inSync') late.push({ region, repository })
    },
    async end(counts) {
      if (dryRun) return
      try {
        tell(metrics, input, () => addOutcomes(metrics, { ...counts, ...total }))
        if (schedule === undefined) return
        const oldest = await keepFreshness(schedule, late, reader, now)
        tell(metrics, input, () => addFreshness(metrics, counts, { schedule, oldest }))
      } catch (error) {
        reader.onOddity('the metrics of the run could not be told', { error })
      }
    },
  }
}

/** One line. What is added for it is gone afterwards: a function that stays warm reports other runs, too. */
function tell(
  metrics: Metrics,
  { run, stateMachine }: Pick<ReportInput, 'run' | 'stateMachine'>,
  add: () => void,
): void {
  metrics.addDimension(Dimension.StateMachine, stateMachine.split(':').at(-1) ?? '')
  metrics.addMetadata('run', run.name)
  add()
  metrics.publishStoredMetrics()
}

function addOutcomes(
  metrics: Metrics,
  told: Counts & { readonly bytes: number; readonly seconds: number },
): void {
  metrics.addMetric(Metric.InSync, MetricUnit.Count, told.inSync)
  metrics.addMetric(Metric.Synced, MetricUnit.Count, told.synced)
  metrics.addMetric(Metric.Deferred, MetricUnit.Count, told.deferred)
  metrics.addMetric(Metric.Failed, MetricUnit.Count, told.failed)
  metrics.addMetric(Metric.Bytes, MetricUnit.Bytes, told.bytes)
  metrics.addMetric(Metric.Seconds, MetricUnit.Seconds, told.seconds)
}

/** Failed is told again: the alarm leaves out what the run's own alert has said. */
function addFreshness(metrics: Metrics, { failed }: Counts, { schedule, oldest }: Freshness): void {
  if (oldest !== undefined) metrics.addMetadata('oldest', oldest.target)
  metrics.addDimension(Dimension.Schedule, schedule)
  metrics.addMetric(Metric.Freshness, MetricUnit.NoUnit, oldest?.hours ?? 0)
  metrics.addMetric(Metric.Failed, MetricUnit.Count, failed)
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
