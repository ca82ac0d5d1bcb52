/** State that a deployment adds to the embedded services: its stack, its executions and the logs of its builds. */
import { type AccountState, healthyAccount } from './account-state.ts'
import type { DeployedStack } from './cloud-formation.ts'
import type { FindLog } from './logs.ts'
import type { ExecutionState, StartExecution } from './step-functions.ts'

export interface Hosted {
  /** By ARN. */
  readonly executions: Map<string, ExecutionState>
  readonly stacks: DeployedStack[]
  start: StartExecution
  findLog: FindLog
  readonly account: AccountState
  /** Publishes to the topic for alerts that an alarm is in ALARM. */
  notify: (alarm: string) => Promise<void>
}

export function hostNothing(): Hosted {
  return {
    executions: new Map(),
    stacks: [],
    start: () => false,
    findLog: () => undefined,
    notify: async () => {},
    account: healthyAccount(),
  }
}
