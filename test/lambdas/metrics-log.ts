// The metrics that a function logs, in the embedded metric format:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import { vi } from 'vitest'

/** A line of the log: its metrics, and its properties by name. */
export interface MetricsLine {
  readonly [name: string]: unknown
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[]
    }[]
  }
}

/** Captures the console instead of printing, and enables metrics, which the environment might disable. */
export function captureMetrics(): void {
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
  for (const level of ['log', 'warn'] as const) vi.spyOn(console, level).mockImplementation(() => {})
}

/** Returns the lines since the previous call. */
export function takeMetrics(): MetricsLine[] {
  const log = vi.mocked(console.log)
  const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)) as MetricsLine)
  log.mockClear()
  return lines
}
