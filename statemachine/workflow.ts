/**
 * The workflow: plan, mirror each image, prune, report, and alert on failed pairs. Images are in image.ts and pairs in
 * pair.ts; retries and timeouts have names in retries.ts and timeouts.ts.
 */
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import {
  Choice,
  Condition,
  DistributedMap,
  Fail,
  type IChainable,
  JsonPath,
  OutputType,
  Pass,
  Result,
  ResultWriterV2,
  S3JsonItemReader,
  StateMachineType,
  Succeed,
  Transformation,
  WriterConfig,
} from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { ErrorName } from '../mirror/error-name.ts'
import { type ImageProps, image } from './image.ts'
import { StateName } from './state-names.ts'
import { catchAnything, invoke, publish } from './tasks.ts'
import { FUNCTION_TIMEOUT } from './timeouts.ts'

/** Part of the ARNs of Map Runs and their child executions. */
export const MAP_LABEL = 'images'

export interface WorkflowProps extends ImageProps {
  readonly plan: IFunction
  readonly prune: IFunction
  readonly report: IFunction
  readonly bucket: IBucket
  readonly topic: ITopic
  readonly maxConcurrentImages: number
}

export function workflow(scope: Construct, props: WorkflowProps): IChainable {
  const plan = invoke(scope, StateName.Plan, {
    lambdaFunction: props.plan,
    timeout: FUNCTION_TIMEOUT.plan,
    payload: {
      run: JsonPath.stringAt('$$.Execution.Name'),
      execution: JsonPath.stringAt('$$.Execution.Id'),
      input: JsonPath.objectAt('$'),
    },
  }).addCatch(refuse(scope, props), { errors: [ErrorName.InvalidInput] })
  const report = invoke(scope, StateName.Report, {
    lambdaFunction: props.report,
    timeout: FUNCTION_TIMEOUT.report,
    payload: {
      run: JsonPath.objectAt('$.run'),
      execution: JsonPath.stringAt('$$.Execution.Id'),
      stateMachine: JsonPath.stringAt('$$.StateMachine.Id'),
      items: JsonPath.objectAt('$.items'),
      map: JsonPath.objectAt('$.map'),
    },
    resultPath: '$.report',
  })
  // The behavior of a Distributed Map without items is undocumented.
  const nothing = Pass.jsonPath(scope, StateName.NothingToMirror, {
    result: Result.fromObject({}),
    resultPath: '$.map',
  })
  const prune = invoke(scope, StateName.Prune, {
    lambdaFunction: props.prune,
    timeout: FUNCTION_TIMEOUT.prune,
    payload: { run: JsonPath.objectAt('$.run'), prune: JsonPath.objectAt('$.prune') },
    resultPath: '$.pruned',
  })
  // What it has deleted until then is stored, and reported.
  const anyToPrune = Choice.jsonPath(scope, StateName.AnyToPrune)
    .when(
      Condition.and(Condition.isPresent('$.prune'), Condition.numberGreaterThan('$.prune.count', 0)),
      catchAnything(prune, report, '$.pruned').next(report),
    )
    .otherwise(report)
  report.next(
    Choice.jsonPath(scope, StateName.AnyFailed)
      .when(Condition.booleanEquals('$.report.failed', true), alert(scope, props))
      .otherwise(Succeed.jsonPath(scope, StateName.Mirrored)),
  )
  return plan.next(
    Choice.jsonPath(scope, StateName.AnyImages)
      .when(Condition.numberGreaterThan('$.items.count', 0), mirrorImages(scope, props).next(anyToPrune))
      .otherwise(nothing.next(anyToPrune)),
  )
}

/**
 * Runs a child execution per image. Tolerates all failures, because Report counts them and a retry of the Map would
 * repeat every image. Child executions receive only what the item selector passes.
 */
function mirrorImages(scope: Construct, props: WorkflowProps): DistributedMap {
  return DistributedMap.jsonPath(scope, StateName.MirrorImages, {
    label: MAP_LABEL,
    mapExecutionType: StateMachineType.STANDARD,
    maxConcurrency: props.maxConcurrentImages,
    toleratedFailurePercentage: 100,
    itemReader: new S3JsonItemReader({ bucket: props.bucket, key: JsonPath.stringAt('$.items.key') }),
    itemSelector: { run: JsonPath.objectAt('$.run'), image: JsonPath.objectAt('$$.Map.Item.Value') },
    resultWriterV2: new ResultWriterV2({
      bucket: props.bucket,
      prefix: JsonPath.stringAt('$.resultsPrefix'),
      writerConfig: new WriterConfig({
        outputType: OutputType.JSON,
        transformation: Transformation.COMPACT,
      }),
    }),
    resultPath: '$.map',
  }).itemProcessor(image(scope, props))
}

function alert(scope: Construct, props: WorkflowProps): IChainable {
  return publish(scope, StateName.SendAlert, {
    topic: props.topic,
    subject: JsonPath.stringAt('$.report.alert.subject'),
    message: JsonPath.stringAt('$.report.alert.message'),
  }).next(
    Fail.jsonPath(scope, StateName.MirrorFailed, {
      error: ErrorName.MirrorFailed,
      causePath: JsonPath.stringAt('$.report.alert.subject'),
    }),
  )
}

/** Invalid input: nothing was mirrored, and the alert names the fix. The Cause of a Lambda error is a JSON string. */
function refuse(scope: Construct, props: WorkflowProps): IChainable {
  return Pass.jsonPath(scope, StateName.ReadRefusal, {
    parameters: { refusal: JsonPath.stringToJson(JsonPath.stringAt('$.Cause')) },
  })
    .next(
      publish(scope, StateName.SendRefusal, {
        topic: props.topic,
        subject: 'image-mirror: refused to start, nothing was done',
        message: JsonPath.format(
          'The execution {} was refused and nothing was mirrored. {}',
          JsonPath.stringAt('$$.Execution.Id'),
          JsonPath.stringAt('$.refusal.errorMessage'),
        ),
      }),
    )
    .next(
      Fail.jsonPath(scope, StateName.PlanRefused, {
        error: ErrorName.PlanRefused,
        causePath: JsonPath.stringAt('$.refusal.errorMessage'),
      }),
    )
}
