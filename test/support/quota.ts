// A pull quota as Docker Hub has one: manifest GETs count, HEADs and blobs do not, and every answer says what is left.
import { type Action, headers, refuse } from './actions.ts'
import type { FaultyRegistry } from './faulty-registry.ts'

export interface Quota {
  /** Manifest GETs that were let in. */
  used(): number
  /** What was refused because nothing was left. */
  refused(): number
  /** The window has passed. */
  refill(): void
}

export function withQuota({ faults }: Pick<FaultyRegistry, 'faults'>, limit: number, extra = {}): Quota {
  let left = limit
  let refused = 0
  const told = () => ({
    'ratelimit-limit': `${limit};w=21600`,
    'ratelimit-remaining': `${left};w=21600`,
    ...extra,
  })
  const count: Action = (request, response, handler) => {
    const counts = request.method === 'GET'
    if (counts && left === 0) {
      refused++
      const text = 'You have reached your unauthenticated pull rate limit.'
      return refuse(429, 'TOOMANYREQUESTS', text, told())(request, response, handler)
    }
    if (counts) left--
    headers(told())(request, response, handler)
  }
  faults.add({ on: /^(GET|HEAD) .*\/manifests\//, times: Number.POSITIVE_INFINITY }, count)
  return {
    used: () => limit - left,
    refused: () => refused,
    refill: () => {
      left = limit
    },
  }
}
