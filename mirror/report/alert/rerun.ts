/** Builds the command that reruns only the failed pairs of a run. */
import type { Run } from '../../contract.ts'
import type { PairReport } from '../../documents.ts'
import type { Only } from '../../plan/narrow.ts'
import { quoteForShell } from '../../shell.ts'

/** Failed pairs are run again by an execution of the state machine. */
export interface RerunByExecution {
  readonly run: Run
  readonly stateMachine: string
}

/** Failed pairs are run again by another command. */
export interface RerunByCommand {
  readonly run: Run
  readonly rerunWith: (only: Only | string) => string
}

/** One command runs all failed pairs again, and none runs some of them. */
export interface RerunAll {
  readonly run: Run
  readonly rerunAll: string
}

export type RerunContext = RerunByExecution | RerunByCommand | RerunAll

export function rerunPairs(pairs: readonly PairReport[]): Only {
  return pairs.filter(({ outcome }) => outcome === 'failed').map(({ image, target }) => ({ image, target }))
}

/** @param only - the pairs, or the URL of their list, which keeps the command short */
export function rerunCommand(only: Only | string, context: RerunContext): string {
  if ('rerunWith' in context) return context.rerunWith(only)
  if ('rerunAll' in context) return context.rerunAll
  const { run, stateMachine } = context
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

/** Longer inputs are taken from the execution. */
const MAX_INPUT = 500

/**
 * The command that starts a run with the same input.
 * @param input - undefined if it is unknown
 */
export function repeatCommand(
  { execution, stateMachine }: { readonly execution: string; readonly stateMachine: string },
  input: unknown,
): string {
  const region = quoteForShell(stateMachine.split(':')[3] ?? '')
  const start = `aws stepfunctions start-execution --state-machine-arn ${quoteForShell(stateMachine)} --region ${region}`
  const text = JSON.stringify(input)
  if (text !== undefined && text.length <= MAX_INPUT) return `${start} --input ${quoteForShell(text)}`
  const describe = `aws stepfunctions describe-execution --execution-arn ${quoteForShell(execution)} --region ${region}`
  return `${describe} --query input --output text | ${start} --input file:///dev/stdin`
}
