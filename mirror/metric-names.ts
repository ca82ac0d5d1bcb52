/** Names of the CloudWatch metrics. Report writes them, the stack's alarms read them, docs/runbook.md lists them. */

export const NAMESPACE = 'ImageMirror'
/** Value of the dimension `service`, and of the field `service` in logs. */
export const SERVICE = 'image-mirror'

export const Metric = {
  InSync: 'InSync',
  Synced: 'Synced',
  Deferred: 'Deferred',
  Failed: 'Failed',
  Bytes: 'Bytes',
  Seconds: 'Seconds',
  /** Hours since the oldest verification of a pair; only for scheduled runs. */
  Freshness: 'Freshness',
} as const

export const Dimension = {
  Service: 'service',
  StateMachine: 'StateMachine',
  Schedule: 'Schedule',
  Target: 'Target',
} as const

/** The metrics of each target, if the list asks for them. */
export const METRICS_OF_TARGET = [
  Metric.InSync,
  Metric.Synced,
  Metric.Deferred,
  Metric.Failed,
  Metric.Bytes,
] as const
