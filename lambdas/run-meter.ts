/**
 * Publishes a run's metrics as log lines in the embedded metric format, which needs no call and no permission. Names
 * are in mirror/metric-names.ts, meanings in docs/runbook.md.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Counts, ReportInput } from '../mirror/contract.ts'
import type { PairReport } from '../mirror/documents.ts'
import { freshnessKey } from '../mirror/keys.ts'
import { Dimension, METRICS_OF_TARGET, Metric, NAMESPACE, SERVICE } from '../mirror/metric-names.ts'
import { freshnessOf, freshnessSchema, type LatePair } from '../mirror/report/freshness.ts'
import type { ResultReader } from './run-results.ts'
import { startTargetMeter, type TargetTotals } from './target-meter.ts'

export interface RunMeter {
  /** Records one pair. */
  add(pair: Pair): void
  /** Publishes the metrics. Never throws, because metrics must not prevent the report. */
  end(counts: Counts): Promise<void>
}

type Place = Pick<PairReport, 'target' | 'repository'>
type Pair = Place & Pick<PairReport, 'outcome' | 'bytes' | 'seconds'>

/** Freshness of a scheduled run. */
interface Freshness {
  readonly schedule: string
  /** The pair whose last verification is oldest. Undefined if the run verified all pairs. */
  readonly oldest?: LatePair | undefined
}

export function createMetrics(): Metrics {
  return new Metrics({ namespace: NAMESPACE, serviceName: SERVICE })
}

export interface MeterOptions {
  /** @default - the machine's clock */
  readonly now?: Date | undefined
  /** Whether each target has metrics of its own. @default false */
  readonly byTarget?: boolean
}

/** Records the pairs of a run and publishes its metrics. A dry run verifies nothing, and publishes nothing. */
export function startMeter(
  input: Pick<ReportInput, 'run' | 'stateMachine'>,
  metrics: Metrics,
  reader: ResultReader,
  { now = new Date(), byTarget = false }: MeterOptions = {},
): RunMeter {
  const { dryRun, schedule } = input.run
  const late: Place[] = []
  const targets = byTarget ? startTargetMeter() : undefined
  const total = { bytes: 0, seconds: 0 }
  return {
    add(pair) {
      const { target, repository, outcome, bytes, seconds } = pair
      targets?.add(pair)
      total.bytes += bytes
      total.seconds += seconds
      if (outcome !== 'synced' && outcome !== 'inSync') late.push({ target, repository })
    },
    async end(counts) {
      if (dryRun) return
      try {
        publish(metrics, input, () => addOutcomes(metrics, { ...counts, ...total }))
        for (const totals of targets?.totals() ?? [])
          publish(metrics, input, () => addTarget(metrics, totals))
        if (schedule === undefined) return
        const oldest = await keepFreshness(schedule, late, reader, now)
        publish(metrics, input, () => addFreshness(metrics, counts, { schedule, oldest }))
      } catch (error) {
        reader.onOddity('failed to publish the metrics of the run', { error })
      }
    },
  }
}

/** Publishes one line. This clears its dimensions and metrics, because a warm function reports other runs too. */
function publish(
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
  totals: Counts & { readonly bytes: number; readonly seconds: number },
): void {
  metrics.addMetric(Metric.InSync, MetricUnit.Count, totals.inSync)
  metrics.addMetric(Metric.Synced, MetricUnit.Count, totals.synced)
  metrics.addMetric(Metric.Deferred, MetricUnit.Count, totals.deferred)
  metrics.addMetric(Metric.Failed, MetricUnit.Count, totals.failed)
  metrics.addMetric(Metric.Bytes, MetricUnit.Bytes, totals.bytes)
  metrics.addMetric(Metric.Seconds, MetricUnit.Seconds, totals.seconds)
}

/** Publishes outcomes and bytes again by target. Targets without a pair in this run publish nothing. */
function addTarget(metrics: Metrics, { target, ...totals }: TargetTotals): void {
  metrics.addDimension(Dimension.Target, target)
  for (const name of METRICS_OF_TARGET) {
    metrics.addMetric(name, name === Metric.Bytes ? MetricUnit.Bytes : MetricUnit.Count, totals[name])
  }
}

/** Publishes Failed again by schedule: the schedule's alarm ignores pairs that the run's alert has reported. */
function addFreshness(metrics: Metrics, { failed }: Counts, { schedule, oldest }: Freshness): void {
  if (oldest !== undefined) metrics.addMetadata('oldest', oldest.target)
  metrics.addDimension(Dimension.Schedule, schedule)
  metrics.addMetric(Metric.Freshness, MetricUnit.NoUnit, oldest?.hours ?? 0)
  metrics.addMetric(Metric.Failed, MetricUnit.Count, failed)
}

/** Finds the pair whose last verification is oldest, and stores the schedule's new record. */
async function keepFreshness(
  schedule: string,
  late: readonly Place[],
  { store }: ResultReader,
  now: Date,
): Promise<LatePair | undefined> {
  const key = freshnessKey(schedule)
  const { kept, oldest } = freshnessOf(late, await store.findJson(key, freshnessSchema), now)
  await store.writeJson(key, kept)
  return oldest
}
