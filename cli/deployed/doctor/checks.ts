/** The checks of `doctor`, in the order of their report. */
import { alarms } from './checks/alarms.ts'
import { bootstrap } from './checks/bootstrap.ts'
import { functions } from './checks/functions.ts'
import { keys } from './checks/keys.ts'
import { lastRun } from './checks/last-run.ts'
import { list } from './checks/list.ts'
import { pushStacks } from './checks/push-stacks.ts'
import { queues } from './checks/queues.ts'
import { builds, executions } from './checks/quotas.ts'
import { registries } from './checks/registries.ts'
import { repositories } from './checks/repositories.ts'
import { roles } from './checks/roles.ts'
import { rules } from './checks/rules.ts'
import { schedules } from './checks/schedules.ts'
import { secrets } from './checks/secrets.ts'
import { stack, version } from './checks/stack.ts'
import { stackRoles } from './checks/stack-roles.ts'
import { stateMachine } from './checks/state-machine.ts'
import { subscriptions } from './checks/subscriptions.ts'
import type { Check } from './context.ts'

export const CHECKS: readonly Check[] = [
  stack,
  version,
  bootstrap,
  pushStacks,
  list,
  secrets,
  keys,
  builds,
  functions,
  executions,
  repositories,
  registries,
  roles,
  stackRoles,
  stateMachine,
  schedules,
  rules,
  queues,
  alarms,
  subscriptions,
  lastRun,
]
