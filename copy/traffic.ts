/** Requests and bytes of a job, summed over its repositories. */
import type { Repository, Traffic } from '../registry/model/registry.ts'

export function trafficOf(sources: readonly Repository[], target?: Repository): Record<string, number> {
  const read = sources.filter((source) => source !== target).map((source) => source.traffic())
  const written = target === undefined ? [] : [target.traffic()]
  return {
    source: sum(read, ({ requests }) => requests),
    target: sum(written, ({ requests }) => requests),
    countedPulls: sum(read, ({ countedPulls }) => countedPulls),
    bytesIn: sum(read, ({ bytesIn }) => bytesIn),
    bytesOut: sum(written, ({ bytesOut }) => bytesOut),
  }
}

function sum(traffic: readonly Traffic[], count: (one: Traffic) => number): number {
  return traffic.reduce((total, one) => total + count(one), 0)
}
