/**
 * Writes the history of a run as JSON lines: every step of the execution, and failures, retries and catches of its
 * children. Successful steps of children are omitted, because there may be thousands.
 */
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { isObject, type Json } from '../json.ts'
import type { ExecutionEvent } from './engine.ts'
import type { Identity } from './execution.ts'

export interface History {
  onEvent(event: ExecutionEvent): void
  close(): Promise<void>
}

const ALWAYS = new Set(['StateFailed', 'StateRetried', 'StateCaught', 'ExecutionFailed'])

export function writeHistory(file: string, parent: Identity): History {
  const out = createWriteStream(file)
  return {
    onEvent(event) {
      if (event.execution.arn !== parent.arn && !ALWAYS.has(event.type)) return
      out.write(`${JSON.stringify(lineOf(event))}\n`)
    },
    async close() {
      out.end()
      await finished(out)
    },
  }
}

function lineOf(event: ExecutionEvent) {
  return {
    time: new Date(event.timestamp).toISOString(),
    execution: event.execution.name,
    type: event.type,
    ...('state' in event ? { state: event.state.name, ...subjectOf(event.state.input) } : {}),
    ...('retry' in event ? { attempt: event.retry.attempt } : {}),
    ...('Error' in event ? { error: event.Error, cause: event.Cause } : {}),
  }
}

/** The pair of the event, if it has one. */
function subjectOf(input: Json) {
  if (!isObject(input)) return {}
  const image = isObject(input.image) ? input.image.image : undefined
  const target = isObject(input.target) ? input.target.id : undefined
  return { ...(image === undefined ? {} : { image }), ...(target === undefined ? {} : { target }) }
}
