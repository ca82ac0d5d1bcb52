// The command that reruns failed pairs, as parsed by a shell.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { executionInputSchema } from '../../../../mirror/execution-input.ts'
import { rerunCommand, rerunPairs } from '../../../../mirror/report/alert/rerun.ts'
import { pair } from '../reports.ts'

const stateMachine = 'arn:aws:states:eu-west-1:123456789012:stateMachine:mirror'

/** The arguments after parsing by a shell. */
function argumentsOf(command: string): string[] {
  const printed = command.replace(/^aws /, 'printf "%s\\n" ')
  return execFileSync('/bin/sh', ['-c', printed], { encoding: 'utf8' }).trimEnd().split('\n')
}

function inputOf(command: string) {
  return executionInputSchema.parse(JSON.parse(argumentsOf(command).at(-1) ?? ''))
}

test('starts the state machine with only the failed pairs', () => {
  const command = rerunCommand(rerunPairs([pair({}), pair({ outcome: 'deferred' })]), {
    run: { name: 'r', dryRun: false },
    stateMachine,
  })
  expect(argumentsOf(command).slice(0, -1)).toEqual([
    'stepfunctions',
    'start-execution',
    '--state-machine-arn',
    stateMachine,
    '--region',
    'eu-west-1',
    '--input',
  ])
  expect(inputOf(command)).toEqual({ only: rerunPairs([pair({})]) })
})

test('reruns a custom list with that list, and a dry run as a dry run', () => {
  const run = { name: "o'brien", dryRun: true, list: "s3://work/runs/o'brien/list.json" }
  const command = rerunCommand("s3://work/runs/o'brien/rerun.json", { run, stateMachine })
  expect(inputOf(command)).toEqual({
    imagesFrom: "s3://work/runs/o'brien/list.json",
    only: "s3://work/runs/o'brien/rerun.json",
    dryRun: true,
  })
})
