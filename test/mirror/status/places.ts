// States of a mirror, built from the pairs of its runs, for tests.
import type { Run } from '../../../mirror/contract.ts'
import type { PairReport } from '../../../mirror/documents.ts'
import type { Status } from '../../../mirror/status/schema.ts'
import { startSeen } from '../../../mirror/status/seen.ts'
import { type NextStatus, nextStatus } from '../../../mirror/status/status.ts'
import { pair } from '../report/reports.ts'

export const DIGEST = `sha256:${'a'.repeat(64)}`
export const OTHER = `sha256:${'b'.repeat(64)}`
export const NIGHT = new Date('2026-11-30T01:00:00.000Z')

/** Hours after the first run. */
export function at(hours: number): Date {
  return new Date(NIGHT.getTime() + hours * 3_600_000)
}

export function good(part: Partial<PairReport> = {}): PairReport {
  return pair({ outcome: 'inSync', tags: [{ tag: '7.4', digest: DIGEST }], error: undefined, ...part })
}

export function bad(part: Partial<PairReport> = {}): PairReport {
  return pair({ error: { name: 'RegistryUnavailable', message: 'no answer' }, ...part })
}

/** The state after a run that saw these pairs. */
export function after(
  before: Status | undefined,
  pairs: readonly PairReport[],
  { hours = 0, ...run }: Partial<Run> & { readonly hours?: number } = {},
): NextStatus {
  const seen = startSeen()
  for (const [, some] of Map.groupBy(pairs, ({ image }) => image)) seen.add(some)
  return nextStatus(before, seen.images, {
    run: { name: `run-${hours}`, dryRun: false, ...run },
    mirror: 'ImageMirror',
    account: '123456789012',
    region: 'us-east-1',
    now: at(hours),
  })
}
