import type { SNSClient } from '@aws-sdk/client-sns'
import { expect, test } from 'vitest'
import type { Stack } from '../../local/deploy.ts'
import { identify } from '../../local/execution.ts'
import { servicesOf } from '../../local/services.ts'
import { ARN } from './machines.ts'

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:Plan'
const stack = {
  functions: new Map([[FUNCTION, { invoke: async () => 'from the function', close: async () => {} }]]),
  codebuild: { startBuildSync: async () => 'from the build' },
} as unknown as Stack
const services = servicesOf(stack, {} as SNSClient)

function call(resource: string) {
  const execution = identify(ARN, 'run')
  return services({ state: 'A', resource, input: {}, execution, signal: new AbortController().signal })
}

test.each([
  [FUNCTION, 'from the function'],
  ['arn:aws:states:::codebuild:startBuild.sync', 'from the build'],
  ['arn:aws-cn:states:::codebuild:startBuild.sync', 'from the build'],
])('%s is answered %s', async (resource, answer) => {
  expect(await call(resource)).toBe(answer)
})

test('fails for a resource that has no stand-in, and names it', async () => {
  await expect(call('arn:aws:states:::dynamodb:putItem')).rejects.toThrow(/no service for .*dynamodb:putItem/)
})
