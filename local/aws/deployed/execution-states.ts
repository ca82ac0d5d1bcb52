/** Keeps the states of an execution and of its children, for the Step Functions API. */
import type { Json } from '../../json.ts'
import type { ExecutionEvent } from '../../stepfunctions/engine.ts'
import type { Ended, Identity } from '../../stepfunctions/execution.ts'
import type { ExecutionState } from './step-functions.ts'

/** Further children are not kept, because a long list has a hundred thousand of them. */
const MAX_CHILDREN = 5_000

export interface KeptState {
  onEvent(event: ExecutionEvent): void
  end(ended: Ended): void
}

export function keepState(states: Map<string, ExecutionState>, { arn }: Identity, input: Json): KeptState {
  const startDate = new Date()
  states.set(arn, { status: 'RUNNING', startDate, input })
  let children = 0

  return {
    onEvent(event) {
      const { execution: child, type } = event
      if (child.mapRun === undefined) return
      const before = states.get(child.arn)
      if (type === 'ExecutionStarted' && before === undefined && children < MAX_CHILDREN) {
        children += 1
        const mapRun = { arn: child.mapRun, parent: arn }
        states.set(child.arn, {
          status: 'RUNNING',
          startDate: new Date(),
          input: event.input as Json,
          mapRun,
        })
      }
      if (before === undefined) return
      const stopDate = new Date()
      if (type === 'ExecutionSucceeded')
        states.set(child.arn, { ...before, status: 'SUCCEEDED', stopDate, output: event.output as Json })
      if (type === 'ExecutionFailed')
        states.set(child.arn, {
          ...before,
          status: 'FAILED',
          stopDate,
          error: event.Error,
          cause: String(event.Cause),
        })
      if (type === 'ExecutionAborted') states.set(child.arn, { ...before, status: 'ABORTED', stopDate })
      if (type === 'ExecutionTimeout') states.set(child.arn, { ...before, status: 'TIMED_OUT', stopDate })
    },
    end(ended) {
      const { status, stopDate } = ended
      const result =
        ended.status === 'SUCCEEDED' ? { output: ended.output } : { error: ended.error, cause: ended.cause }
      states.set(arn, { status, startDate, stopDate, input, ...result })
    },
  }
}
