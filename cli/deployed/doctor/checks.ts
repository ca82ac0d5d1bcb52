/** The checks of `doctor`, in the order of their report. */
import { alarms } from './checks/alarms.ts'
import { bootstrap } from './checks/bootstrap.ts'
import { keys } from './checks/keys.ts'
import { lastRun } from './checks/last-run.ts'
import { list } from './checks/list.ts'
import { pushStacks } from './checks/push-stacks.ts'
import { builds, functions } from './checks/quotas.ts'
import { registries } from './checks/registries.ts'
import { roles } from './checks/roles.ts'
import { rules } from './checks/rules.ts'
import { secrets } from './checks/secrets.ts'
import { stack, version } from './checks/stack.ts'
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
  registries,
  roles,
  rules,
  alarms,
  subscriptions,
  lastRun,
]
