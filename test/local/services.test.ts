import { expect, test } from 'vitest'
import type { AssumedRole } from '../../local/cloud.ts'
import type { Stack } from '../../local/deploy.ts'
import { servicesOf } from '../../local/services.ts'
import { identify } from '../../local/stepfunctions/execution.ts'
import { ARN } from './machines.ts'

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:Plan'
const PROJECT = 'arn:aws:codebuild:us-east-1:123456789012:project/Sync'
const stack = {
  functions: new Map([[FUNCTION, { invoke: async () => 'from the function', close: async () => {} }]]),
  codebuild: { projectArn: PROJECT, startBuildSync: async () => 'from the build' },
} as unknown as Stack
const recorded: string[][] = []
const acting = { record: (...call: string[]) => recorded.push(call) } as unknown as AssumedRole
const services = servicesOf(stack, acting)

function call(resource: string) {
  const execution = identify(ARN, 'run')
  const signal = new AbortController().signal
  return services({ state: 'A', resource, input: {}, execution, signal, pass: async () => {} })
}

test.each([
  [FUNCTION, 'from the function'],
  ['arn:aws:states:::codebuild:startBuild.sync', 'from the build'],
  ['arn:aws-cn:states:::codebuild:startBuild.sync', 'from the build'],
])('answers %s with %s', async (resource, answer) => {
  expect(await call(resource)).toBe(answer)
})

test.each([
  [FUNCTION, ['lambda', 'InvokeFunction', FUNCTION]],
  ['arn:aws:states:::codebuild:startBuild.sync', ['codebuild', 'StartBuild', PROJECT]],
])('records %s as a call of the role', async (resource, told) => {
  await call(resource)
  expect(recorded.at(-1)).toEqual(told)
})

test('fails for a resource without a local service, and names it', async () => {
  await expect(call('arn:aws:states:::dynamodb:putItem')).rejects.toThrow(/no service for .*dynamodb:putItem/)
})
