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
import {
  type LambdaInvoke,
  type MessageAttribute,
  MessageAttributeDataType,
} from 'aws-cdk-lib/aws-stepfunctions-tasks'
import type { Construct } from 'constructs'
import type { RefusalOutput, ReportOutput } from '../mirror/contract.ts'
import { ErrorName } from '../mirror/error-name.ts'
import { type ImageProps, image } from './image.ts'
import { StateName } from './state-names.ts'
import { catchAll, catchAnything, invoke, publish } from './tasks.ts'
import { FUNCTION_TIMEOUT } from './timeouts.ts'

/** Part of the ARNs of Map Runs and their child executions. */
export const MAP_LABEL = 'images'

export interface WorkflowProps extends ImageProps {
  readonly plan: IFunction
  readonly prune: IFunction
  readonly report: IFunction
  readonly bucket: IBucket
  readonly topic: ITopic
  /** The topic for Amazon Q Developer in chat applications. @default - none */
  readonly chatTopic?: ITopic | undefined
  readonly maxConcurrentImages: number
  /** The list's `alerts.repeat`. @default - that of the list's schema */
  readonly repeat?: string | undefined
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
  })
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
  // Prune stores what it deletes as it goes, so Report knows it even after a failure.
  const anyToPrune = Choice.jsonPath(scope, StateName.AnyToPrune)
    .when(
      Condition.and(Condition.isPresent('$.prune'), Condition.numberGreaterThan('$.prune.count', 0)),
      catchAnything(prune, report, '$.pruned').next(report),
    )
    .otherwise(report)
  const tell = alertIfAny(scope, props, end(scope))
  report.next(tell)
  // The error replaces the input: it cannot be added to an input that is not an object.
  catchAll(plan, reportRefusal(scope, props).next(tell))
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

/** A run whose failures an earlier alert reported fails without a message. */
function alertIfAny(scope: Construct, props: WorkflowProps, next: Choice): Choice {
  return Choice.jsonPath(scope, StateName.AnyNews)
    .when(Condition.isPresent('$.report.alert'), alert(scope, props, next))
    .otherwise(next)
}

function end(scope: Construct): Choice {
  const failed = Fail.jsonPath(scope, StateName.MirrorFailed, {
    error: ErrorName.MirrorFailed,
    causePath: JsonPath.stringAt('$.report.cause'),
  })
  const refused = (error: RefusalOutput['refused'], name: string) =>
    [
      Condition.and(
        Condition.isPresent('$.report.refused'),
        Condition.stringEquals('$.report.refused', error),
      ),
      Fail.jsonPath(scope, name, { error, causePath: JsonPath.stringAt('$.report.cause') }),
    ] as const
  return Choice.jsonPath(scope, StateName.AnyFailed)
    .when(...refused(ErrorName.PlanRefused, StateName.PlanRefused))
    .when(...refused(ErrorName.PlanFailed, StateName.PlanFailed))
    .when(Condition.booleanEquals('$.report.failed', true), failed)
    .otherwise(Succeed.jsonPath(scope, StateName.Mirrored))
}

function alert(scope: Construct, props: WorkflowProps, next: IChainable): IChainable {
  const send = publish(scope, StateName.SendAlert, {
    topic: props.topic,
    subject: JsonPath.stringAt('$.report.alert.subject'),
    message: JsonPath.stringAt('$.report.alert.message'),
    attributes: ATTRIBUTES,
  })
  if (props.chatTopic === undefined) return send.next(next)
  const chat = publish(scope, StateName.SendToChat, {
    topic: props.chatTopic,
    message: JsonPath.stringAt('$.report.alert.chat'),
    attributes: ATTRIBUTES,
  })
  // The alert has been sent: a chat that cannot be reached must not cause a second one.
  catchAnything(chat, next, JsonPath.DISCARD)
  return send.next(chat).next(next)
}

type Attributes = NonNullable<ReportOutput['alert']>['attributes']

const attribute = (name: keyof Attributes, dataType: MessageAttributeDataType): MessageAttribute => ({
  dataType,
  value: JsonPath.stringAt(`$.report.alert.attributes.${name}`),
})

const ATTRIBUTES: Readonly<Record<keyof Attributes, MessageAttribute>> = {
  kind: attribute('kind', MessageAttributeDataType.STRING),
  outcome: attribute('outcome', MessageAttributeDataType.STRING),
  images: attribute('images', MessageAttributeDataType.STRING_ARRAY),
  targets: attribute('targets', MessageAttributeDataType.STRING_ARRAY),
  schedule: attribute('schedule', MessageAttributeDataType.STRING),
}

/**
 * Nothing was mirrored. Report reads the execution's input itself, which may be as large as a payload can be. If Report
 * fails too, the run breaks, and the safety net reports it.
 */
function reportRefusal(scope: Construct, { report, repeat }: WorkflowProps): LambdaInvoke {
  return invoke(scope, StateName.ReportRefusal, {
    lambdaFunction: report,
    timeout: FUNCTION_TIMEOUT.report,
    payload: {
      run: JsonPath.stringAt('$$.Execution.Name'),
      execution: JsonPath.stringAt('$$.Execution.Id'),
      stateMachine: JsonPath.stringAt('$$.StateMachine.Id'),
      caught: JsonPath.objectAt('$'),
      ...(repeat === undefined ? {} : { repeat }),
    },
    resultPath: '$.report',
  })
}
