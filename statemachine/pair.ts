/**
 * One pair, from Diff to its outcome. Its state is `{ run, image, resolved, target, readFrom, rounds }`. Every branch
 * ends with the shape of `pairEndSchema` and no error escapes, so a failed pair never stops another one.
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
import { LAMBDA_RETRIES, NETWORK_NOT_READY, OUTCOME_NOT_READ, RATE_LIMITED } from './retries.ts'
import { StateName } from './state-names.ts'
import { build, catchAnything, invoke } from './tasks.ts'
import { FUNCTION_TIMEOUT } from './timeouts.ts'

export interface PairProps {
  readonly diff: IFunction
  readonly sync: IProject
  /** Reads the outcome of a round of Sync. */
  readonly outcome: IFunction
  /** Whether Diff runs in a VPC. @default false */
  readonly targetsInVpc?: boolean
}

/** Runs Diff, then a build if the target is stale. */
export function pair(scope: Construct, props: PairProps): IChainable {
  const diff = invoke(scope, StateName.Diff, {
    lambdaFunction: props.diff,
    timeout: FUNCTION_TIMEOUT.diff,
    resultPath: '$.diff',
    retries: [...LAMBDA_RETRIES, RATE_LIMITED, ...(props.targetsInVpc ? [NETWORK_NOT_READY] : [])],
  })
  catchAnything(diff, end(scope, StateName.DiffFailed, { caught: JsonPath.objectAt('$.caught') }))
  return diff.next(
    Choice.jsonPath(scope, StateName.IsInSync)
      .when(inSyncBut(), end(scope, StateName.InSyncWithWarnings, { ...IN_SYNC, warnings: WARNINGS }))
      .when(Condition.stringEquals('$.diff.status', 'inSync'), end(scope, StateName.InSync, IN_SYNC))
      .when(Condition.stringEquals('$.diff.status', 'failed'), end(scope, StateName.TagsFailed, TAGS_FAILED))
      .when(dryRunOfMissing(), end(scope, StateName.Missing, { outcome: 'missing' }))
      .when(Condition.booleanEquals('$.run.dryRun', true), end(scope, StateName.Stale, { outcome: 'stale' }))
      .otherwise(syncUntilSettled(scope, props)),
  )
}

const COMPARED = JsonPath.stringAt('$.diff.at')
const IN_SYNC = { outcome: 'inSync', at: COMPARED }
const WARNINGS = JsonPath.numberAt('$.diff.warnings')
const TAGS_FAILED = { error: JsonPath.objectAt('$.diff.error'), warnings: WARNINGS, at: COMPARED }

/** Matches a dry run for a target without any of the tags. */
function dryRunOfMissing(): Condition {
  const isDryRun = Condition.booleanEquals('$.run.dryRun', true)
  return Condition.and(isDryRun, Condition.stringEquals('$.diff.status', 'missing'))
}

/** Matches a pair in sync except for artifacts that the target rejects permanently. */
function inSyncBut(): Condition {
  const inSync = Condition.stringEquals('$.diff.status', 'inSync')
  return Condition.and(inSync, Condition.isPresent('$.diff.warnings'))
}

/**
 * Runs a build per round. Each build writes its outcome to S3, even if it fails; its error counts only without an
 * outcome. Rate limits are waited out here, where waiting is free, for as long as the registry asked; the next build
 * continues where the last one stopped.
 */
function syncUntilSettled(scope: Construct, props: PairProps): IChainable {
  const sync = build(scope, StateName.Sync, {
    project: props.sync,
    orderKeyPath: '$.diff.order.key',
    roundPath: '$.rounds.done',
  })
  const read = invoke(scope, StateName.ReadOutcome, {
    lambdaFunction: props.outcome,
    timeout: FUNCTION_TIMEOUT.outcome,
    resultPath: '$.sync',
    retries: [OUTCOME_NOT_READ],
  })
  // Kept in `rounds`, so that the state that counts the next round removes it.
  catchAnything(sync, read, '$.rounds.broken')
  catchAnything(read, end(scope, StateName.OutcomeNotRead, { caught: JsonPath.objectAt('$.caught') }))
  const wait = Wait.jsonPath(scope, StateName.Wait, {
    time: WaitTime.secondsPath('$.sync.retryAfterSeconds'),
  })
  const count = Pass.jsonPath(scope, StateName.CountRound, {
    parameters: { done: JsonPath.mathAdd(JsonPath.numberAt('$.rounds.done'), 1) },
    resultPath: '$.rounds',
  })
  const settled = { sync: JsonPath.objectAt('$.sync') }
  return sync.next(read).next(
    Choice.jsonPath(scope, StateName.ChooseByOutcome)
      .when(Condition.stringEquals('$.sync.status', 'synced'), end(scope, StateName.Synced, settled))
      .when(Condition.stringEquals('$.sync.status', 'failed'), end(scope, StateName.Failed, settled))
      .when(anotherRound(), wait.next(count).next(sync))
      .otherwise(end(scope, StateName.Deferred, settled)),
  )
}

function anotherRound(): Condition {
  return Condition.and(
    Condition.isPresent('$.sync.retryAfterSeconds'),
    Condition.numberLessThan('$.rounds.done', MAX_DEFERRED_ROUNDS),
  )
}

/** Ends a pair with the shape of `pairEndSchema`. */
function end(scope: Construct, name: string, outcome: Readonly<Record<string, unknown>>): Pass {
  return Pass.jsonPath(scope, name, {
    parameters: { target: JsonPath.stringAt('$.target.id'), ...outcome },
  })
}
