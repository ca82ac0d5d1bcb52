// The steps of a trial, in their order.
import type { Step } from './step.ts'
import { alarm } from './steps/alarm.ts'
import { alert, subscribe } from './steps/alert.ts'
import { deploy, destroy, source } from './steps/deploy.ts'
import { doctor } from './steps/doctor.ts'
import { push } from './steps/push.ts'
import { changedPair, nothingToDo, withoutImages } from './steps/runs.ts'

export const STEPS: readonly Step[] = [
  source,
  deploy,
  subscribe,
  doctor,
  changedPair,
  nothingToDo,
  withoutImages,
  push,
  alert,
  alarm,
  destroy,
]
