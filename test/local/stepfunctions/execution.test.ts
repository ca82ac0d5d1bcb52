import { expect, test } from 'vitest'
import { identify } from '../../../local/stepfunctions/execution.ts'

const MACHINE = 'arn:aws-cn:states:cn-north-1:123456789012:stateMachine:Mirror'

test('contains the name of the state machine in the ARN of an execution', () => {
  expect(identify(MACHINE, 'run-1')).toEqual({
    arn: 'arn:aws-cn:states:cn-north-1:123456789012:execution:Mirror:run-1',
    name: 'run-1',
    machineArn: MACHINE,
    machineName: 'Mirror',
  })
})

test('contains the label of the Map in the ARN of a child, which rules do not match', () => {
  expect(identify(MACHINE, 'id', 'images')).toMatchObject({
    arn: 'arn:aws-cn:states:cn-north-1:123456789012:execution:Mirror/images:id',
    machineArn: `${MACHINE}/images`,
  })
})
