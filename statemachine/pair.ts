/**
 * One pair, from Diff to its outcome. Its state is `{ run, image, resolved, target, rounds }`; every branch ends
 * with the shape of `pairEndSchema`, and no error leaves it, so a failed pair never stops another one.
 */
import type { IProject } from 'aws-cdk-lib/aws-codebuild'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import {
  Choice,
  Condition,
  type IChainable,
  JsonPath,
  Pass,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { MAX_DEFERRED_ROUNDS } from '../mirror/contract.ts'
import { RATE_LIMITED } from './retries.ts'
import { build, catchAnything, invoke } from './tasks.ts'
import { FUNCTION_TIMEOUT } from './timeouts.ts'

export interface PairProps {
  readonly diff: IFunction
  readonly sync: IProject
}

/** Diff, and a build if that finds the region stale. */
export function pair(scope: Construct, props: PairProps): IChainable {
  const diff = invoke(scope, 'Diff the region', {
    lambdaFunction: props.diff,
    timeout: FUNCTION_TIMEOUT.diff,
    resultPath: '$.diff',
    retries: [RATE_LIMITED],
  })
  catchAnything(diff, end(scope, 'Diff failed', { caught: JsonPath.objectAt('$.caught') }))
  return diff.next(
    Choice.jsonPath(scope, 'Is the region in sync?')
      .when(inSyncBut(), end(scope, 'In sync with warnings', { ...IN_SYNC, warnings: WARNINGS }))
      .when(Condition.stringEquals('$.diff.status', 'inSync'), end(scope, 'In sync', IN_SYNC))
      .when(Condition.booleanEquals('$.run.dryRun', true), end(scope, 'Stale', { outcome: 'stale' }))
      .otherwise(syncUntilSettled(scope, props)),
  )
}

const IN_SYNC = { outcome: 'inSync' }
const WARNINGS = JsonPath.numberAt('$.diff.warnings')

/** In sync but for what the target refuses for good. */
function inSyncBut(): Condition {
  const inSync = Condition.stringEquals('$.diff.status', 'inSync')
  return Condition.and(inSync, Condition.isPresent('$.diff.warnings'))
}

/**
 * A build per round. A rate limit is waited out here, where waiting is free, for as long as the registry asked;
 * the build that comes next goes on where the last one stopped.
 */
function syncUntilSettled(scope: Construct, props: PairProps): IChainable {
  const sync = build(scope, 'Sync the region', {
    project: props.sync,
    orderKeyPath: '$.diff.order.key',
    resultPath: '$.sync',
  })
  catchBuild(scope, sync)
  const wait = Wait.jsonPath(scope, 'Wait as long as asked', {
    time: WaitTime.secondsPath('$.sync.outcome.retryAfterSeconds'),
  })
  const count = Pass.jsonPath(scope, 'Count the round', {
    parameters: { done: JsonPath.mathAdd(JsonPath.numberAt('$.rounds.done'), 1) },
    resultPath: '$.rounds',
  })
  const settled = { sync: JsonPath.objectAt('$.sync.outcome') }
  return sync.next(
    Choice.jsonPath(scope, 'What came of it?')
      .when(Condition.stringEquals('$.sync.outcome.status', 'synced'), end(scope, 'Synced', settled))
      .when(Condition.stringEquals('$.sync.outcome.status', 'failed'), end(scope, 'Failed', settled))
      .when(anotherRound(), wait.next(count).next(sync))
      .otherwise(end(scope, 'Deferred', settled)),
  )
}

function anotherRound(): Condition {
  return Condition.and(
    Condition.isPresent('$.sync.outcome.retryAfterSeconds'),
    Condition.numberLessThan('$.rounds.done', MAX_DEFERRED_ROUNDS),
  )
}

/**
 * The Cause of a broken build is its whole `Build` document, up to 32 KB, of which 30 regions would pass the limit
 * of 256 KiB: only the Error is kept. `States.TaskFailed` would match CodeBuild's refusals too, whose Cause is
 * short and says why, so these come first.
 */
function catchBuild(scope: Construct, sync: ReturnType<typeof build>): void {
  const notRun = end(scope, 'Build not run', { caught: JsonPath.objectAt('$.caught') })
  const failed = end(scope, 'Build failed', { caught: { Error: JsonPath.stringAt('$.caught.Error') } })
  sync.addCatch(notRun, { errors: REFUSALS, resultPath: '$.caught' })
  sync.addCatch(failed, { errors: ['States.TaskFailed'], resultPath: '$.caught' })
  catchAnything(sync, notRun)
}

const REFUSALS = [
  'CodeBuild.AccountLimitExceededException',
  'CodeBuild.CodeBuildException',
  'CodeBuild.SdkClientException',
]

/** How a pair ends, as `pairEndSchema` has it. */
function end(scope: Construct, name: string, outcome: Readonly<Record<string, unknown>>): Pass {
  return Pass.jsonPath(scope, name, {
    parameters: { region: JsonPath.stringAt('$.target.region'), ...outcome },
  })
}
