/** State of an account that changes outside of deployments, for the services that describe it. Tests set it. */
import type { Call, Fault } from '../call.ts'

export interface AccountState {
  /** Region -> version of the bootstrap stack. @default - every region is bootstrapped */
  readonly bootstrap: Map<string, number | undefined>
  /** Quota code -> its applied value, where it differs from `QUOTAS`. */
  readonly quotas: Map<string, number>
  /** Names of rules that are disabled. */
  readonly disabledRules: Set<string>
  /** Names of rules whose targets were removed. */
  readonly rulesWithoutTargets: Set<string>
  /** Names of schedules that are disabled. */
  readonly disabledSchedules: Set<string>
  /** URL of a queue -> its messages. */
  readonly undelivered: Map<string, number>
  /** Name of a function -> its reserved concurrency. Functions that no stack has reserve theirs, too. */
  readonly reservedConcurrency: Map<string, number>
  /** ARN of a state machine -> its level of logs, if it is not as deployed. */
  readonly logLevels: Map<string, 'OFF' | 'FATAL' | 'ERROR'>
  /** ARNs of state machines that are not traced any more. */
  readonly untraced: Set<string>
  /** Names of alarms that are not OK. */
  readonly alarms: Map<string, 'ALARM' | 'INSUFFICIENT_DATA'>
  /** IDs of KMS keys that are not enabled. */
  readonly keys: Map<string, 'Disabled' | 'PendingDeletion'>
  /** Name -> when the secret was scheduled for deletion. */
  readonly deletedSecrets: Map<string, Date>
  /** Physical IDs of resources that were deleted by hand. */
  readonly deleted: Set<string>
  /** Actions that no caller may perform, such as `kms:DescribeKey`. S3 and SNS do not deny them. */
  readonly denied: Set<string>
}

/** The version of the bootstrap template of aws-cdk 2.1148. */
const BOOTSTRAP = 31

export function healthyAccount(): AccountState {
  return {
    bootstrap: new Map(),
    quotas: new Map(),
    disabledRules: new Set(),
    rulesWithoutTargets: new Set(),
    disabledSchedules: new Set(),
    undelivered: new Map(),
    reservedConcurrency: new Map(),
    logLevels: new Map(),
    untraced: new Set(),
    alarms: new Map(),
    keys: new Map(),
    deletedSecrets: new Map(),
    deleted: new Set(),
    denied: new Set(),
  }
}

/** The answer to a caller who lacks a permission. */
export function denialOf({ denied }: AccountState, { service, action, by }: Call): Fault | undefined {
  if (by !== 'api' || !denied.has(`${service}:${action}`)) return undefined
  const message = `User is not authorized to perform: ${service}:${action}`
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: 'AccessDeniedException', message }),
  }
}

/** The version of the bootstrap stack of a region; undefined if it is not bootstrapped. */
export function bootstrapVersion({ bootstrap }: AccountState, region: string): number | undefined {
  return bootstrap.has(region) ? bootstrap.get(region) : BOOTSTRAP
}
