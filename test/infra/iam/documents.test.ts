// Policy documents from grants, within IAM's limits.
import { Aws, CfnParameter } from 'aws-cdk-lib'
import { expect, test } from 'vitest'
import { documentsOf, isInline } from '../../../infra/iam/documents.ts'
import type { Grant } from '../../../infra/iam/grant.ts'
import { testStack } from '../templates.ts'

const stack = testStack()
const arn = (name: string) => `arn:${Aws.PARTITION}:ecr:*:${Aws.ACCOUNT_ID}:repository/${name}`
const grantOn = (count: number, name: (n: number) => string): Grant => ({
  actions: ['ecr:PutImage', 'ecr:BatchGetImage'],
  resources: Array.from({ length: count }, (_, n) => arn(name(n))),
  regions: ['us-east-1', 'eu-west-1'],
})

function sizes(grants: readonly Grant[]): number[] {
  return documentsOf(grants).map((statements) => {
    const Statement = statements.map((one) => stack.resolve(one.toStatementJson()))
    const text = JSON.stringify({ Version: '2012-10-17', Statement })
    return text.replaceAll(
      /\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"(.*?)",\{"Ref":"AWS::AccountId"\},"(.*?)"\]\]\}/g,
      '"arn:aws-us-gov$1111122223333$2"',
    ).length
  })
}

test.each([
  ['short names', 900, (n: number) => `a${n}`],
  ['names as long as ECR takes', 130, (n: number) => `${'a'.repeat(250)}/${n}`],
])("fills documents up to IAM's limit, except the last one: %s", (_, count, name) => {
  const found = sizes([grantOn(count, name)])
  expect(found.length).toBeGreaterThan(2)
  expect(Math.max(...found)).toBeLessThanOrEqual(6144)
  expect(Math.min(...found.slice(0, -1))).toBeGreaterThan(5600)
})

test('puts the rest of a grant and the start of the next into one document', () => {
  const half = grantOn(40, (n) => `team/app-${n}`)
  expect(sizes([half, { ...half, actions: ['ecr:ListImages'] }])).toHaveLength(1)
})

test('counts a reference with the maximum length of its ARN', () => {
  const { valueAsString } = new CfnParameter(stack, 'Repository')
  const grant = { actions: ['ecr:PutImage'], resources: Array.from({ length: 60 }, () => valueAsString) }
  expect(documentsOf([grant])).toHaveLength(3)
})

test.each([
  ['few short ones', 10, 'short', true],
  ['more of them', 11, 'short', false],
  ['long ones', 10, 'a'.repeat(200), false],
])('puts only grants with few short names inline: %s', (_, count, name, expected) => {
  expect(isInline(grantOn(count, (n) => `${name}${n}`))).toBe(expected)
})
