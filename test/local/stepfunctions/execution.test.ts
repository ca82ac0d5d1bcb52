import { expect, test } from 'vitest'
import { identify } from '../../../local/stepfunctions/execution.ts'

const MACHINE = 'arn:aws-cn:states:cn-north-1:123456789012:stateMachine:Mirror'

test("an execution's ARN has the state machine's name", () => {
  expect(identify(MACHINE, 'run-1')).toEqual({
    arn: 'arn:aws-cn:states:cn-north-1:123456789012:execution:Mirror:run-1',
    name: 'run-1',
    machineArn: MACHINE,
    machineName: 'Mirror',
  })
})

test("a child's has the Map's label too, so rules for the state machine leave it out", () => {
  expect(identify(MACHINE, 'id', 'images')).toMatchObject({
    arn: 'arn:aws-cn:states:cn-north-1:123456789012:execution:Mirror/images:id',
    machineArn: `${MACHINE}/images`,
  })
})
