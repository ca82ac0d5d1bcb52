// Injects faults into selected requests of a server.
import type { IncomingMessage, RequestListener } from 'node:http'
import type { Action } from './actions.ts'
import { lineOfMessage } from './recorder.ts'

export interface When {
  /** Matched against `METHOD path?query`. */
  readonly on: RegExp | ((request: IncomingMessage) => boolean)
  /** The number of matching requests that pass before the fault. @default 0 */
  readonly skip?: number
  /** The number of requests after those that meet the fault. @default 1 */
  readonly times?: number
}

export interface Faults {
  readonly listener: RequestListener
  /** Adds a fault. The first one that matches a request applies. */
  add(when: When | RegExp, action: Action): void
  /** The number of injected faults. */
  struck(): number
}

interface Fault {
  readonly when: When
  readonly action: Action
  matched: number
}

export function withFaults(handler: RequestListener): Faults {
  const faults: Fault[] = []
  let struck = 0
  return {
    add: (when, action) =>
      void faults.push({ when: when instanceof RegExp ? { on: when } : when, action, matched: 0 }),
    struck: () => struck,
    listener: (request, response) => {
      const fault = faults.find((candidate) => strikes(candidate, request))
      if (fault === undefined) return handler(request, response)
      struck++
      return fault.action(request, response, handler)
    },
  }
}

function strikes(fault: Fault, request: IncomingMessage): boolean {
  const { on, skip = 0, times = 1 } = fault.when
  const matches = on instanceof RegExp ? on.test(lineOfMessage(request)) : on(request)
  if (!matches) return false
  fault.matched++
  return fault.matched > skip && fault.matched <= skip + times
}
