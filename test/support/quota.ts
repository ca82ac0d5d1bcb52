// A pull quota like Docker Hub's: manifest GETs count, HEADs and blobs do not, and each response states the remainder.
import { type Action, headers, refuse } from './actions.ts'
import type { FaultyRegistry } from './faulty-registry.ts'

export interface Quota {
  /** The number of allowed manifest GETs. */
  used(): number
  /** The number of refused manifest GETs. */
  refused(): number
  /** Starts a new window. */
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
