import { expect, test } from 'vitest'
import { openTemplate } from '../../../local/cloudformation/template.ts'
import type { Json } from '../../../local/json.ts'

const template = openTemplate(
  {
    Parameters: { BootstrapVersion: { Type: 'String', Default: '/cdk/version' } },
    Resources: {
      Work: { Type: 'AWS::S3::Bucket', Properties: {} },
      Named: {
        Type: 'AWS::S3::Bucket',
        Properties: { BucketName: { 'Fn::Sub': `mirror-\${AWS::AccountId}` } },
      },
      Topic: { Type: 'AWS::SNS::Topic' },
      Plan: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
      Role: { Type: 'AWS::IAM::Role' },
      Machine: { Type: 'AWS::StepFunctions::StateMachine' },
    },
    Outputs: { Bucket: { Value: { Ref: 'Work' } } },
  },
  { account: '123456789012', region: 'eu-west-1', partition: 'aws', stack: 'Mirror' },
)

test.each<[Json, Json]>([
  [{ Ref: 'AWS::Region' }, 'eu-west-1'],
  [{ Ref: 'BootstrapVersion' }, '/cdk/version'],
  [{ Ref: 'Work' }, 'mirror-work-123456789012'],
  [{ Ref: 'Named' }, 'mirror-123456789012'],
  [{ Ref: 'Topic' }, 'arn:aws:sns:eu-west-1:123456789012:Mirror-Topic'],
  [{ 'Fn::GetAtt': ['Work', 'Arn'] }, 'arn:aws:s3:::mirror-work-123456789012'],
  [{ 'Fn::GetAtt': 'Plan.Arn' }, 'arn:aws:lambda:eu-west-1:123456789012:function:Mirror-Plan'],
  [{ Ref: 'Machine' }, 'arn:aws:states:eu-west-1:123456789012:stateMachine:Mirror-Machine'],
  [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3']] }, 'arn:aws:s3'],
  [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
  [
    { 'Fn::Sub': [`\${!Kept} \${Work.Arn} \${x}`, { x: 'y' }] },
    `\${Kept} arn:aws:s3:::mirror-work-123456789012 y`,
  ],
  [{ deep: [{ Ref: 'AWS::StackName' }, 1, null, true] }, { deep: ['Mirror', 1, null, true] }],
])('%j is %j', (value, expected) => {
  expect(template.resolve(value)).toEqual(expected)
})

test('returns a resource with its name and its resolved properties', () => {
  expect(template.resources('AWS::Lambda::Function')).toEqual([
    {
      id: 'Plan',
      type: 'AWS::Lambda::Function',
      name: 'Mirror-Plan',
      properties: { Role: 'arn:aws:iam::123456789012:role/Mirror-Role' },
    },
  ])
  expect(
    template.find('AWS::Lambda::Function', 'arn:aws:lambda:eu-west-1:123456789012:function:Mirror-Plan').id,
  ).toBe('Plan')
  expect(template.output('Bucket')).toBe('mirror-work-123456789012')
})

test.each<[Json, RegExp]>([
  [{ Ref: 'Nowhere' }, /Nowhere, which is neither/],
  [{ 'Fn::GetAtt': ['Work', 'Colour'] }, /attribute Colour of AWS::S3::Bucket/],
  [{ 'Fn::ImportValue': 'x' }, /Fn::ImportValue, which the local run cannot resolve/],
])('fails for %j, and says why', (value, message) => {
  expect(() => template.resolve(value)).toThrow(message)
})
