// The stack: a mirror, and outputs for its users.
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { expect, test } from 'vitest'
import { MirrorStack } from '../../infra/mirror-stack.ts'
import { listOf, textOf } from './templates.ts'

test('outputs what the command line needs: state machine, failure topic, work bucket and logs of builds', () => {
  const app = new App({ builtinCloudFormationValidation: false })
  const stack = new MirrorStack(app, 'Mirror', { list: listOf(), env: { region: 'us-east-1' } })
  const { Outputs } = Template.fromStack(stack).toJSON()
  const values = Object.entries(Outputs).map(([name, output]) => [
    name,
    textOf((output as { Value: unknown }).Value),
  ])
  expect(Object.fromEntries(values)).toEqual({
    StateMachineArn: expect.stringMatching(/^<MirrorStateMachine[0-9A-F]{8}>$/),
    FailureTopicArn: expect.stringMatching(/^<MirrorFailureTopic[0-9A-F]{8}>$/),
    WorkBucketName: expect.stringMatching(/^<MirrorWorkBucket[0-9A-F]{8}>$/),
    BuildLogGroupName: expect.stringMatching(/^<MirrorSyncLog[0-9A-F]{8}>$/),
  })
})
