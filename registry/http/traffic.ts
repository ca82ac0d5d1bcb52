/** Counts the requests and bytes of one repository. */
import type { Traffic } from '../model/registry.ts'

export interface TrafficCounter {
  request(counted: boolean): void
  received(bytes: number): void
  sent(bytes: number): void
  /** A response asked the client to slow down. */
  throttled(): void
  read(): Traffic
}

export function countTraffic(): TrafficCounter {
  let requests = 0
  let countedPulls = 0
  let bytesIn = 0
  let bytesOut = 0
  let throttled = 0
  return {
    request(counted) {
      requests++
      if (counted) countedPulls++
    },
    received(bytes) {
      bytesIn += bytes
    },
    sent(bytes) {
      bytesOut += bytes
    },
    throttled: () => void throttled++,
    read: () => ({ requests, countedPulls, bytesIn, bytesOut, throttled }),
  }
}
