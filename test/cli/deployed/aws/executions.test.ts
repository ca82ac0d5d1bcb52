// Executions through the AWS SDK, whose descriptions are eventually consistent.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Executions, openExecutions } from '../../../../cli/deployed/aws/executions.ts'
import type { Mirror } from '../../../../cli/deployed/aws/mirror.ts'
import { ask } from '../../../../cli/deployed/aws/problem.ts'
import { type Listening, listen } from '../../../support/listen.ts'

const ARN = 'arn:aws:states:us-east-1:123456789012:stateMachine:Mirror'

let answers: Record<string, readonly [status: number, body: object]>
let sfn: Listening
let executions: Executions
beforeEach(async () => {
  answers = {
    StartExecution: [200, { executionArn: executionArn('one'), startDate: 1_700_000_000 }],
    DescribeExecution: [400, { __type: 'ExecutionDoesNotExist', message: 'Execution Does Not Exist' }],
    ListExecutions: [200, { executions: [] }],
  }
  sfn = await listen((request, response) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
    const [status, body] = answers[action] ?? [404, {}]
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(JSON.stringify(body))
  })
  const config = {
    region: 'us-east-1',
    endpoint: sfn.origin,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  }
  executions = await openExecutions({
    stack: 'ImageMirror',
    region: 'us-east-1',
    account: '123456789012',
    place: {},
    stateMachineArn: ARN,
    output: () => '',
    ask: (action, request) => ask(action, request, undefined),
    config,
  } as Mirror)
})
afterEach(async () => {
  executions.close()
  await sfn[Symbol.asyncDispose]()
})

function executionArn(run: string): string {
  return `${ARN.replace(':stateMachine:', ':execution:')}:${run}`
}

test('an execution that was just started is running, even if AWS cannot describe it yet', async () => {
  await executions.start('one', {})
  expect(await executions.describe(executionArn('one'))).toMatchObject({ run: 'one', status: 'RUNNING' })
  const described = { executionArn: executionArn('one'), name: 'one', status: 'SUCCEEDED' }
  answers = { ...answers, DescribeExecution: [200, described] }
  expect(await executions.describe('one')).toMatchObject({ status: 'SUCCEEDED' })
})

test('an execution that nobody started does not exist', async () => {
  await executions.start('one', {})
  await expect(executions.describe('two')).rejects.toThrow(
    'The mirror ImageMirror has no run "two"; it has had no runs.',
  )
})
