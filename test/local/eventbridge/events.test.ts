import { describe, expect, test } from 'vitest'
import { openTemplate } from '../../../local/cloudformation/template.ts'
import { targetInput } from '../../../local/eventbridge/event-input.ts'
import { matchesPattern } from '../../../local/eventbridge/event-pattern.ts'
import { deliveries, statusChange } from '../../../local/eventbridge/events.ts'
import type { Json, JsonObject } from '../../../local/json.ts'
import { identify } from '../../../local/stepfunctions/execution.ts'

describe('a pattern', () => {
  test.each<[JsonObject, Json, boolean]>([
    [{ a: ['x', 'y'] }, { a: 'y' }, true],
    [{ a: ['x'] }, { a: 'y' }, false],
    [{ a: { b: ['x'] } }, { a: { b: 'x', c: 1 } }, true],
    [{ a: { b: ['x'] } }, {}, false],
    [{ a: ['x'] }, { a: ['w', 'x'] }, true],
    [{ a: [{ prefix: 'mir' }] }, { a: 'mirror' }, true],
    [{ a: [{ suffix: 'or' }] }, { a: 'mirror' }, true],
    [{ a: [{ wildcard: 'team/*/app' }] }, { a: 'team/x/y/app' }, true],
    [{ a: [{ wildcard: 'team/*' }] }, { a: 'teamx' }, false],
    [{ a: [{ exists: false }] }, {}, true],
    [{ a: [{ exists: true }] }, { a: null }, true],
    [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'z' }, true],
    [{ a: [{ 'anything-but': 'x' }] }, { a: 'x' }, false],
    [{ a: [{ 'anything-but': '' }] }, {}, false],
    [{ a: [{ 'anything-but': ['x'] }] }, { a: null }, true],
    [{ a: [{ 'anything-but': { prefix: 'mirror/' } }] }, { a: 'mirror/app' }, false],
    [{ a: [{ 'equals-ignore-case': 'PUSH' }] }, { a: 'push' }, true],
    [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 5 }, true],
    [{ a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 6 }, false],
    [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: 'y' }, true],
  ])('%j against %j: %s', (pattern, event, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected)
  })

  test('fails for an unknown operator', () => {
    expect(() => matchesPattern({ a: [{ cidr: '10.0.0.0/8' }] }, { a: '10.0.0.1' })).toThrow(/"cidr"/)
  })
})

describe("a target's input", () => {
  const event = { id: '1', resources: ['arn:x'], detail: { name: 'a "b"', count: 2, none: null } }
  test.each<[JsonObject, string]>([
    [{}, JSON.stringify(event)],
    [{ Input: '{"fixed":true}' }, '{"fixed":true}'],
    [{ InputPath: '$.detail.count' }, '2'],
    [
      transformer({ n: '$.detail.name', r: '$.resources[0]' }, '"run <n> of <r>"'),
      '"run a \\"b\\" of arn:x"',
    ],
    [
      transformer({ n: '$.detail.name', c: '$.detail.count' }, '{"n":<n>,"c":<c>}'),
      '{"n":"a \\"b\\"","c":2}',
    ],
    [transformer({ n: '$.detail.name' }, '{"text":"is <n>"}'), '{"text":"is a \\"b\\""}'],
    [transformer({ x: '$.detail.none' }, '"is <x>."\n"and more"'), '"is ."\n"and more"'],
    [transformer({}, '"<aws.events.rule-arn>"'), '"arn:rule"'],
  ])('%j gives %s', (target, expected) => {
    expect(targetInput(target, event, 'arn:rule')).toBe(expected)
  })

  function transformer(InputPathsMap: JsonObject, InputTemplate: string): JsonObject {
    return { InputTransformer: { InputPathsMap, InputTemplate } }
  }
})

test('delivers a failed execution to the rule of its state machine only', () => {
  const machineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:Mirror-Machine'
  const template = openTemplate(
    {
      Resources: {
        Machine: { Type: 'AWS::StepFunctions::StateMachine' },
        Topic: { Type: 'AWS::SNS::Topic' },
        Net: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventPattern: {
              source: ['aws.states'],
              detail: { stateMachineArn: [{ Ref: 'Machine' }], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
            },
            Targets: [{ Arn: { Ref: 'Topic' }, InputPath: '$.detail.error' }],
          },
        },
      },
    },
    { account: '123456789012', region: 'us-east-1', partition: 'aws', stack: 'Mirror' },
  )
  const dates = { startDate: new Date(0), stopDate: new Date(5000) }
  const execution = identify(machineArn, 'run')
  const failed = statusChange(
    template,
    execution,
    {},
    { status: 'FAILED', error: 'Oops', cause: 'c', ...dates },
  )
  expect(failed).toMatchObject({
    time: '1970-01-01T00:00:05Z',
    detail: { executionArn: execution.arn, error: 'Oops', cause: 'c', input: '{}', output: null },
  })
  expect(deliveries(template, failed)).toEqual([
    { rule: 'Net', targetArn: 'arn:aws:sns:us-east-1:123456789012:Mirror-Topic', input: '"Oops"' },
  ])
  const large = statusChange(
    template,
    execution,
    { large: 'x'.repeat(248 * 1024) },
    { status: 'ABORTED', ...dates },
  )
  expect(large.detail).toMatchObject({ status: 'ABORTED', input: null, inputDetails: { included: false } })
  const fine = statusChange(template, execution, {}, { status: 'SUCCEEDED', output: 1, ...dates })
  expect(deliveries(template, fine)).toEqual([])
  const child = identify(machineArn, 'child', 'Images')
  const childFailed = statusChange(template, child, {}, { status: 'FAILED', ...dates })
  expect(deliveries(template, childFailed)).toEqual([])
})
