// Schedules, functions, roles, queues and state machines of a stack, and quotas, as SDK clients read them.
import { GetRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda'
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas'
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Hosted } from '../../../../local/aws/deployed/hosted.ts'
import { ACCOUNT, type DeployedCloud, heal, startDeployed } from './cloud.ts'

const MACHINE = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:M-Machine`
const QUEUE = `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/M-Queue`

const TEMPLATE = {
  Resources: {
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: { GroupName: { Ref: 'Group' }, ScheduleExpression: 'rate(1 day)' },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { LoggingConfiguration: { Level: 'ALL' }, TracingConfiguration: { Enabled: true } },
    },
  },
}

const RESOURCES = [
  { id: 'Schedule', type: 'AWS::Scheduler::Schedule', physicalId: 'M-Schedule' },
  { id: 'Group', type: 'AWS::Scheduler::ScheduleGroup', physicalId: 'M-Group' },
  { id: 'Machine', type: 'AWS::StepFunctions::StateMachine', physicalId: MACHINE },
  { id: 'Plan', type: 'AWS::Lambda::Function', physicalId: 'M-Plan' },
  { id: 'Role', type: 'AWS::IAM::Role', physicalId: 'M-Role' },
  { id: 'Queue', type: 'AWS::SQS::Queue', physicalId: QUEUE },
]

let cloud: DeployedCloud
let hosted: Hosted
let config: DeployedCloud['config']
beforeAll(async () => {
  cloud = await startDeployed({ template: JSON.stringify(TEMPLATE), resources: RESOURCES })
  ;({ hosted, config } = cloud)
})
afterEach(() => heal(hosted.account))
afterAll(() => cloud?.[Symbol.asyncDispose]())

const abroad = () => ({ ...config, region: 'eu-west-1' })
const lastCall = () => cloud.ecr.calls.at(-1)

test('a schedule is in its group and in its region', async () => {
  const ask = (input: { Name: string; GroupName?: string }, client = new SchedulerClient(config)) =>
    client.send(new GetScheduleCommand(input))
  const schedule = { Name: 'M-Schedule', GroupName: 'M-Group' }
  expect(await ask(schedule)).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 day)' })
  expect(lastCall()).toMatchObject({
    service: 'scheduler',
    action: 'GetSchedule',
    resource: `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/M-Group/M-Schedule`,
  })
  hosted.account.disabledSchedules.add('M-Schedule')
  expect(await ask(schedule)).toMatchObject({ State: 'DISABLED' })
  for (const missing of [
    ask({ Name: 'M-Schedule' }),
    ask({ Name: 'Other', GroupName: 'M-Group' }),
    ask(schedule, new SchedulerClient(abroad())),
  ])
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  hosted.account.deleted.add('M-Schedule')
  await expect(ask(schedule)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})

test('functions have the concurrency that is reserved for them, and share what is left', async () => {
  const client = new LambdaClient(config)
  const ask = async (FunctionName: string) =>
    (await client.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions
  expect(await ask('M-Plan')).toBeUndefined()
  hosted.account.reservedConcurrency.set('M-Plan', 0).set('other', 300)
  expect(await ask('M-Plan')).toBe(0)
  expect(lastCall()?.resource).toBe(`arn:aws:lambda:us-east-1:${ACCOUNT}:function:M-Plan`)
  await expect(ask('Missing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}))
  expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 700 })
})

test('a role is global, and exists until it is deleted', async () => {
  const ask = (RoleName: string, client = new IAMClient(config)) =>
    client.send(new GetRoleCommand({ RoleName }))
  expect((await ask('M-Role', new IAMClient(abroad()))).Role).toMatchObject({
    RoleName: 'M-Role',
    Arn: `arn:aws:iam::${ACCOUNT}:role/M-Role`,
  })
  await expect(ask('Other')).rejects.toMatchObject({ name: expect.stringMatching(/^NoSuchEntity/) })
  hosted.account.deleted.add('M-Role')
  await expect(ask('M-Role')).rejects.toMatchObject({ name: expect.stringMatching(/^NoSuchEntity/) })
})

test('a queue counts its messages', async () => {
  const ask = (QueueUrl: string, settings = config) =>
    new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }).send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    )
  expect((await ask(QUEUE)).Attributes).toEqual({ ApproximateNumberOfMessages: '0' })
  expect(lastCall()?.resource).toBe(`arn:aws:sqs:us-east-1:${ACCOUNT}:M-Queue`)
  hosted.account.undelivered.set(QUEUE, 3)
  expect((await ask(QUEUE)).Attributes).toEqual({ ApproximateNumberOfMessages: '3' })
  for (const missing of [ask(`${QUEUE}2`), ask(QUEUE, abroad())])
    await expect(missing).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
})

test('a state machine has its log and its traces', async () => {
  const client = new SFNClient(config)
  const ask = (stateMachineArn: string) => client.send(new DescribeStateMachineCommand({ stateMachineArn }))
  expect(await ask(MACHINE)).toMatchObject({
    status: 'ACTIVE',
    loggingConfiguration: { level: 'ALL' },
    tracingConfiguration: { enabled: true },
  })
  hosted.account.logLevels.set(MACHINE, 'OFF')
  hosted.account.untraced.add(MACHINE)
  expect(await ask(MACHINE)).toMatchObject({
    loggingConfiguration: { level: 'OFF' },
    tracingConfiguration: { enabled: false },
  })
  await expect(ask(`${MACHINE}2`)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' })
})

test('a quota that was never raised may only have a default', async () => {
  const client = new ServiceQuotasClient(config)
  const images = { ServiceCode: 'ecr', QuotaCode: 'L-03A36CE1' }
  const applied = () => client.send(new GetServiceQuotaCommand(images))
  await expect(applied()).rejects.toMatchObject({ name: 'NoSuchResourceException' })
  const { Quota } = await client.send(new GetAWSDefaultServiceQuotaCommand(images))
  expect(Quota?.Value).toBe(100_000)
  hosted.account.quotas.set('L-03A36CE1', 200_000)
  expect((await applied()).Quota?.Value).toBe(200_000)
})

test('unknown operations, unknown callers and denied actions are refused', async () => {
  await expect(new LambdaClient(config).send(new ListFunctionsCommand({}))).rejects.toThrow(
    'is not part of the embedded lambda',
  )
  await expect(new IAMClient(config).send(new ListRolesCommand({}))).rejects.toThrow(
    'ListRoles is not part of the embedded IAM',
  )
  const stranger = new LambdaClient({
    ...config,
    credentials: { ...config.credentials, sessionToken: 'another key' },
  })
  await expect(stranger.send(new GetAccountSettingsCommand({}))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  })
  hosted.account.denied.add('lambda:GetAccountSettings').add('iam:GetRole')
  await expect(new LambdaClient(config).send(new GetAccountSettingsCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
  await expect(new IAMClient(config).send(new GetRoleCommand({ RoleName: 'M-Role' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  })
})
