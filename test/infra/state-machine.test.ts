// The state machine: tracing, logging and permissions.
import { expect, test } from 'vitest'
import { ImageMirror } from '../../infra/image-mirror.ts'
import { grantsOf, list, listOf, only, policies, resourcesOf, testStack, textOf } from './templates.ts'

const stack = testStack()
new ImageMirror(stack, 'Mirror', { list: listOf() })
const resources = resourcesOf(stack)
const machine = only(resources, 'AWS::StepFunctions::StateMachine').Properties

test('is STANDARD, traced and logged', () => {
  expect(machine).toMatchObject({
    TracingConfiguration: { Enabled: true },
    LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
  })
})

test('the Map writes its results to S3', () => {
  expect(textOf(machine.DefinitionString)).toContain('"ResultWriter":{')
})

test('only the state machine may start builds, and only of its own project', () => {
  const starters = Object.entries(policies(resources)).filter(([, statements]) =>
    statements.some(({ Action }) => list(Action).includes('codebuild:StartBuild')),
  )
  expect(starters.map(([id]) => id.replace(/Role.*/, ''))).toEqual(['MirrorRun'])
  const [start] = starters[0]?.[1].filter(({ Action }) => list(Action).includes('codebuild:StartBuild')) ?? []
  expect(textOf(start?.Resource)).toMatch(/^<MirrorSync[0-9A-F]{8}\.Arn>$/)
})

test("the state machine may use the topic's key", () => {
  const [, statements] =
    Object.entries(policies(resources)).find(([id]) => id.startsWith('MirrorRunRole')) ?? []
  const actions = statements?.flatMap(({ Action }) => list(Action))
  expect(actions).toEqual(expect.arrayContaining(['sns:Publish', 'kms:Decrypt', 'kms:GenerateDataKey*']))
})

test('grants access to the rule that Step Functions creates for .sync', () => {
  expect(grantsOf(resources, 'MirrorRunRole')).toContain(
    'events:PutRule arn:<AWS::Partition>:events:us-east-1:<AWS::AccountId>:rule/StepFunctionsGetEventForCodeBuildStartBuildRule',
  )
})

test('names its log so that one resource policy of the account covers all logs', () => {
  const names = Object.values(resources).map(({ Properties }) => Properties?.LogGroupName)
  expect(names.filter(Boolean)).toEqual([
    expect.stringMatching(/^\/aws\/vendedlogs\/states\/Test-[0-9a-f]{8}$/),
  ])
})
