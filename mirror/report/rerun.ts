/** Builds the command that reruns only the failed pairs of a run. */
import type { Run } from '../contract.ts'
import type { PairReport } from '../documents.ts'
import type { Only } from '../plan/narrow.ts'
import { quoteForShell } from '../shell.ts'

export interface RerunContext {
  readonly run: Run
  readonly stateMachine: string
}

/** A line length that mail programs and terminals handle. */
const MAX_INLINE = 8 * 1024

export function rerunPairs(pairs: readonly PairReport[]): Only {
  return pairs.filter(({ outcome }) => outcome === 'failed').map(({ image, target }) => ({ image, target }))
}

export function isTooLongForCommand(only: Only): boolean {
  return JSON.stringify(only).length > MAX_INLINE
}

/** @param only - the pairs, or the URL of their list if they are too many for a command line */
export function rerunCommand(only: Only | string, { run, stateMachine }: RerunContext): string {
  const input = {
    ...(run.list === undefined ? {} : { imagesFrom: run.list }),
    only,
    ...(run.dryRun ? { dryRun: true } : {}),
  }
  const region = stateMachine.split(':')[3] ?? ''
  return [
    'aws stepfunctions start-execution',
    `--state-machine-arn ${quoteForShell(stateMachine)}`,
    `--region ${quoteForShell(region)}`,
    `--input ${quoteForShell(JSON.stringify(input))}`,
  ].join(' ')
}
