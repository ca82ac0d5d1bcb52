/**
 * One image: a child execution of the Distributed Map. Resolve queries the source once; the targets are then synced
 * wave by wave, because later waves read from those of earlier ones. The result has the shape of `imageEndSchema`.
 */
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { type IChainable, Map as InlineMap, JsonPath, Pass } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { type PairProps, pair } from './pair.ts'
import { LAMBDA_RETRIES, NETWORK_NOT_READY, RATE_LIMITED } from './retries.ts'
import { StateName } from './state-names.ts'
import { catchAnything, invoke } from './tasks.ts'
import { FUNCTION_TIMEOUT } from './timeouts.ts'

export interface ImageProps extends PairProps {
  readonly resolve: IFunction
  readonly maxConcurrentRegions: number
  /** Whether Resolve is in a VPC. @default false */
  readonly sourcesInVpc?: boolean
}

export function image(scope: Construct, props: ImageProps): IChainable {
  const failed = Pass.jsonPath(scope, StateName.ImageFailed, {
    parameters: { id: JsonPath.stringAt('$.image.id'), caught: JsonPath.objectAt('$.caught') },
  })
  const resolve = invoke(scope, StateName.Resolve, {
    lambdaFunction: props.resolve,
    timeout: FUNCTION_TIMEOUT.resolve,
    resultPath: '$.resolved',
    retries: [...LAMBDA_RETRIES, RATE_LIMITED, ...(props.sourcesInVpc ? [NETWORK_NOT_READY] : [])],
  })
  const done = Pass.jsonPath(scope, StateName.ImageDone, {
    parameters: { id: JsonPath.stringAt('$.image.id'), waves: JsonPath.objectAt('$.waves') },
  })
  return catchAnything(resolve, failed)
    .next(catchAnything(waves(scope, props), failed))
    .next(done)
}

/** Runs the waves in sequence. */
function waves(scope: Construct, props: ImageProps): InlineMap {
  return InlineMap.jsonPath(scope, StateName.MirrorWaves, {
    itemsPath: '$.image.waves',
    itemSelector: {
      run: JsonPath.objectAt('$.run'),
      image: JsonPath.objectAt('$.image'),
      resolved: JsonPath.objectAt('$.resolved'),
      targets: JsonPath.objectAt('$$.Map.Item.Value.targets'),
      readFrom: JsonPath.objectAt('$$.Map.Item.Value.readFrom'),
    },
    maxConcurrency: 1,
    resultPath: '$.waves',
  }).itemProcessor(targets(scope, props))
}

/** Runs the targets of a wave in parallel. */
function targets(scope: Construct, props: ImageProps): InlineMap {
  return InlineMap.jsonPath(scope, StateName.MirrorTargets, {
    itemsPath: '$.targets',
    itemSelector: {
      run: JsonPath.objectAt('$.run'),
      image: JsonPath.objectAt('$.image'),
      resolved: JsonPath.objectAt('$.resolved'),
      target: JsonPath.objectAt('$$.Map.Item.Value'),
      readFrom: JsonPath.objectAt('$.readFrom'),
      rounds: { done: 0 },
    },
    maxConcurrency: props.maxConcurrentRegions,
  }).itemProcessor(pair(scope, props))
}
