// Step Functions, CloudFormation and CloudWatch Logs of a deployment, asked with the clients of the SDK.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateDescribeStacks,
} from '@aws-sdk/client-cloudformation'
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Hosted, hostNothing } from '../../../../local/aws/deployed/hosted.ts'
import { type Ecr, startEcr } from '../../../../local/aws/ecr.ts'

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Mirror'
const RUN = 'arn:aws:states:us-east-1:123456789012:execution:Mirror:run'
const MAP_RUN = 'arn:aws:states:us-east-1:123456789012:mapRun:Mirror/Images:1'
const child = (name: string) => `arn:aws:states:us-east-1:123456789012:execution:Mirror/Images:${name}`

let dir: string
let ecr: Ecr
let hosted: Hosted
let sfn: SFNClient
let cloudFormation: CloudFormationClient
let logs: CloudWatchLogsClient

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'services-'))
  hosted = hostNothing()
  ecr = await startEcr({ dir, account: '123456789012', regions: ['us-east-1'], hosted })
  const credentials = { accessKeyId: 'Operator', secretAccessKey: 'any' }
  const client = { endpoint: ecr.endpoint, region: 'us-east-1', credentials }
  sfn = new SFNClient(client)
  cloudFormation = new CloudFormationClient(client)
  logs = new CloudWatchLogsClient(client)
  const startDate = new Date()
  hosted.start = (machine, name, input) => {
    if (machine !== MACHINE) return false
    hosted.executions.set(`${RUN.slice(0, RUN.lastIndexOf(':'))}:${name}`, {
      status: 'RUNNING',
      startDate,
      input,
    })
    return true
  }
  const mapRun = { arn: MAP_RUN, parent: RUN }
  hosted.executions.set(RUN, { status: 'FAILED', startDate, stopDate: startDate, error: 'E', cause: 'why' })
  for (const name of ['a', 'b', 'c'])
    hosted.executions.set(child(name), { status: 'SUCCEEDED', startDate, output: { id: name }, mapRun })
  for (let number = 1; number <= 12; number++) {
    const id = `arn:aws:cloudformation:us-east-1:123456789012:stack/Stack${number}/x`
    hosted.stacks.push({ name: `Stack${number}`, id, region: 'us-east-1', outputs: { Text: 'a & <b>' } })
  }
})
afterAll(async () => {
  for (const client of [sfn, cloudFormation, logs]) client?.destroy()
  await ecr?.close()
  await rm(dir, { recursive: true })
})

test('lists the executions of a state machine, and the children of a Map Run in pages', async () => {
  const { executions } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: MACHINE, statusFilter: 'FAILED' }),
  )
  expect(executions?.map(({ executionArn }) => executionArn)).toEqual([RUN])
  const { mapRuns } = await sfn.send(new ListMapRunsCommand({ executionArn: RUN }))
  expect(mapRuns?.map(({ mapRunArn }) => mapRunArn)).toEqual([MAP_RUN])
  const first = await sfn.send(new ListExecutionsCommand({ mapRunArn: MAP_RUN, maxResults: 2 }))
  const { nextToken } = first
  const last = await sfn.send(new ListExecutionsCommand({ mapRunArn: MAP_RUN, maxResults: 2, nextToken }))
  expect([first.executions?.length, last.executions?.length, last.nextToken]).toEqual([2, 1, undefined])
})

test('describes the output of an execution, or why it failed', async () => {
  const describe = (executionArn: string) => sfn.send(new DescribeExecutionCommand({ executionArn }))
  expect(await describe(child('a'))).toMatchObject({
    status: 'SUCCEEDED',
    output: '{"id":"a"}',
    mapRunArn: MAP_RUN,
  })
  expect(await describe(RUN)).toMatchObject({ status: 'FAILED', error: 'E', cause: 'why' })
})

test.each([
  ['another state machine', { stateMachineArn: `${MACHINE}s` }, 'StateMachineDoesNotExist'],
  ['an input that is not JSON', { stateMachineArn: MACHINE, input: '{' }, 'InvalidExecutionInput'],
  [
    'an input of more than 256 KiB',
    { stateMachineArn: MACHINE, input: JSON.stringify('é'.repeat(131_072)) },
    'ValidationException',
  ],
  ['a name instead of an ARN', { stateMachineArn: 'Mirror' }, 'InvalidArn'],
  ['a name with a space', { stateMachineArn: MACHINE, name: 'a b' }, 'InvalidName'],
  [
    'the name of an execution that has ended',
    { stateMachineArn: MACHINE, name: 'run' },
    'ExecutionAlreadyExists',
  ],
])('does not start %s', async (_, input, name) => {
  await expect(sfn.send(new StartExecutionCommand(input))).rejects.toMatchObject({ name })
})

test.each([
  ['run', 'InvalidArn'],
  [`${RUN}-2`, 'ExecutionDoesNotExist'],
])('describes no execution %s: %s', async (executionArn, name) => {
  await expect(sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({ name })
})

test('starts an execution once for the same name and input', async () => {
  const command = new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'twice', input: '{"a": 1}' })
  const [one, other] = [await sfn.send(command), await sfn.send(command)]
  expect(one.executionArn).toBe(other.executionArn)
})

test('describes a stack with its outputs, and all stacks in pages', async () => {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Stack2' }))
  expect(Stacks?.[0]?.Outputs).toEqual([{ OutputKey: 'Text', OutputValue: 'a & <b>' }])
  const sizes: (number | undefined)[] = []
  for await (const page of paginateDescribeStacks({ client: cloudFormation }, {}))
    sizes.push(page.Stacks?.length)
  expect(sizes).toEqual([10, 2])
})

test('a stack that does not exist is a ValidationError', async () => {
  await expect(cloudFormation.send(new DescribeStacksCommand({ StackName: 'None' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id None does not exist',
  })
})

test('reads a log from its head, and returns the same token at its end', async () => {
  const file = join(dir, 'build.log')
  await writeFile(file, 'one\ntwo\n')
  hosted.findLog = (group, stream) => (group === 'group' && stream === 'build' ? file : undefined)
  const input = { logGroupName: 'group', logStreamName: 'build', startFromHead: true }
  const { events, nextForwardToken } = await logs.send(new GetLogEventsCommand(input))
  expect(events?.map(({ message }) => message)).toEqual(['one', 'two'])
  const end = await logs.send(new GetLogEventsCommand({ ...input, nextToken: nextForwardToken }))
  expect([end.events, end.nextForwardToken]).toEqual([[], nextForwardToken])
  await expect(
    logs.send(new GetLogEventsCommand({ ...input, logStreamName: 'another' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})
