// Observes a run state by state: sizes of payloads, lengths of histories, and billed transitions.

import type { Json } from '../../../local/json.ts'
import type { ExecutionEvent } from '../../../local/stepfunctions/engine.ts'
import { payloadBytes } from '../../../local/stepfunctions/payload.ts'

export interface Payloads {
  readonly input: number
  readonly output: number
}

export interface Watch {
  onEvent(event: ExecutionEvent): void
  /** Bytes of the largest input and output, by state name. */
  largest(): Readonly<Record<string, Payloads>>
  /** Billed transitions: entered states, retries, and starts of children. */
  transitions(): number
  children(): number
}

export function watch(): Watch {
  const largest = new Map<string, Payloads>()
  let transitions = 0
  let children = 0

  function note(state: string, side: keyof Payloads, value: Json | undefined): void {
    const before = largest.get(state) ?? { input: 0, output: 0 }
    const bytes = payloadBytes(value ?? null)
    if (bytes > before[side]) largest.set(state, { ...before, [side]: bytes })
  }

  return {
    onEvent(event) {
      if (event.type === 'ExecutionStarted' && isChild(event)) {
        children += 1
        transitions += 1
      }
      if (event.type === 'StateRetried') transitions += 1
      if (event.type === 'StateEntered') {
        transitions += 1
        note(event.state.name, 'input', event.state.input as Json)
      }
      if (event.type === 'StateExited') note(event.state.name, 'output', event.state.output as Json)
    },
    largest: () => Object.fromEntries(largest),
    transitions: () => transitions,
    children: () => children,
  }
}

/** The names of a Distributed Map's child machines contain its label. */
function isChild({ execution }: ExecutionEvent): boolean {
  return execution.machineName.includes('/')
}
