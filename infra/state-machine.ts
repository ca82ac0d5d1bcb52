/** The state machine: the workflow with its resources, role and log. */
import { Arn, ArnFormat, Aws, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib'
import { Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { Construct } from 'constructs'
import { VERSION_TAG } from '../mirror/version-tag.ts'
import manifest from '../package.json' with { type: 'json' }
import { RUN_TIMEOUT } from '../statemachine/timeouts.ts'
import { MAP_LABEL, type WorkflowProps, workflow } from '../statemachine/workflow.ts'
import { acknowledge, acknowledgeWildcards } from './iam/acknowledge.ts'
import { serviceRole } from './iam/roles.ts'

export function stateMachine(scope: Construct, retention: RetentionDays, parts: WorkflowProps): StateMachine {
  const logGroup = new LogGroup(scope, 'RunLog', {
    // Log groups with this prefix share one resource policy of the account, which has a limited size:
    // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
    logGroupName: `/aws/vendedlogs/states/${Stack.of(scope).stackName}-${scope.node.addr.slice(-8)}`,
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const role = serviceRole(scope, 'RunRole', {
    service: 'states.amazonaws.com',
    sources: 'stateMachine:*',
    description: 'Runs the workflow of image-mirror',
  })
  const machine = new StateMachine(scope, 'StateMachine', {
    comment: 'Keeps container images present, with the same digest, in every region',
    definitionBody: DefinitionBody.fromChainable(workflow(scope, parts)),
    role,
    timeout: RUN_TIMEOUT,
    tracingEnabled: true,
    // The execution history keeps inputs and outputs for 90 days, free of charge.
    logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
  })
  Tags.of(machine).add(VERSION_TAG, manifest.version, {
    includeResourceTypes: ['AWS::StepFunctions::StateMachine'],
  })
  // The publishing task grants no permission to use the topic's key.
  for (const topic of [parts.topic, parts.chatTopic]) topic?.grantPublish(machine)
  acknowledgeGrants(role, machine, parts)
  letFunctionsLook(machine, [parts.plan, parts.report])
  return machine
}

/**
 * Lets Plan look for running executions, because a scheduled run leaves all images to a run in progress, and Report for
 * the input of a run that Plan refused. A policy of its own avoids a cycle, because the state machine depends on the
 * functions, and they on the policies of their roles.
 */
function letFunctionsLook(machine: StateMachine, functions: readonly IFunction[]): void {
  const roles = functions.flatMap(({ role }) => role ?? [])
  if (roles.length === 0) return
  const executions = executionsOf(machine, ':*')
  const statement = new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] })
  const policy = new Policy(machine, 'FunctionsLook', { statements: [statement], roles })
  acknowledgeWildcards(policy, [executions], 'executions of this state machine')
}

/** Acknowledges the grants that CDK adds for the tasks and the Map. */
function acknowledgeGrants(role: Role, machine: StateMachine, parts: WorkflowProps): void {
  const functions = [parts.plan, parts.resolve, parts.diff, parts.outcome, parts.prune, parts.report]
  const versions = functions.map((one) => `${one.functionArn}:*`)
  acknowledgeWildcards(role, versions, "versions of this stack's functions")
  const objects = `arn:${Aws.PARTITION}:s3:::${parts.bucket.bucketName}/*`
  acknowledgeWildcards(
    role,
    [objects],
    'the Map reads its items from the work bucket and writes its results there',
  )
  acknowledgeWildcards(role, ['*'], 'log delivery and X-Ray actions have no resource-level permissions')
  acknowledge(role, {
    'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]':
      'both data key actions, only for the key of the failure topic',
  })
  const arns = [':*', `/${MAP_LABEL}:*`].map((which) => executionsOf(machine, which))
  acknowledgeWildcards(machine, arns, 'executions and child executions of this state machine')
}

function executionsOf(machine: StateMachine, which: string): string {
  const name = Arn.split(machine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME).resourceName
  return Stack.of(machine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${name}${which}`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
}
