/** What CloudWatch's metrics are called: Report writes them, the stack's alarms read them, docs/runbook.md lists them. */

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
  /** Hours since the pair that was verified longest ago; only of runs that a schedule started. */
  Freshness: 'Freshness',
} as const

export const Dimension = { Service: 'service', StateMachine: 'StateMachine', Schedule: 'Schedule' } as const
