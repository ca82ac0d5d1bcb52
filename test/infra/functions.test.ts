// The functions: runtime, environment and permissions.
import type { Stack } from 'aws-cdk-lib'
import { AnyPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { expect, test } from 'vitest'
import { Functions, type FunctionsProps } from '../../infra/functions.ts'
import { grantAccess, listAsset } from '../../infra/list/images.ts'
import { networkOf } from '../../infra/network.ts'
import { workBucket } from '../../infra/storage.ts'
import {
  diffEnvSchema,
  outcomeEnvSchema,
  planEnvSchema,
  reportEnvSchema,
  resolveEnvSchema,
} from '../../mirror/environment.ts'
import {
  grantsOf,
  LISTED_VPC,
  listOf,
  ofType,
  type Resource,
  resourcesOf,
  testStack,
  textOf,
} from './templates.ts'

function propsOf(stack: Stack): FunctionsProps {
  return {
    bucket: workBucket(stack),
    listUrl: 's3://assets/list.json',
    notesPushes: false,
    readsElsewhere: false,
    registrySettings: { REGISTRY_PULL_RESERVE: '20' },
    logRetention: RetentionDays.ONE_MONTH,
  }
}

const stack = testStack()
const props = propsOf(stack)
const functions = new Functions(stack, 'Functions', props)
grantAccess(
  stack,
  listOf(),
  {
    roles: { ...functions.roles, sync: new Role(stack, 'Sync', { assumedBy: new AnyPrincipal() }) },
    bucket: props.bucket,
  },
  undefined,
)
listAsset(stack, listOf(), functions.roles)
const resources = resourcesOf(stack)

function functionNamed(name: string): Resource['Properties'] {
  const found = Object.entries(resources).find(
    ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.includes(name),
  )
  return found?.[1].Properties
}

function environmentOf(name: string): Record<string, unknown> {
  return functionNamed(name).Environment.Variables
}

test('has six functions, on the newest Node and on ARM', () => {
  const functions = ofType(resources, 'AWS::Lambda::Function').map(({ Properties }) => Properties)
  expect(functions).toHaveLength(6)
  for (const one of functions) {
    expect(one).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' })
    expect(one.TracingConfig).toEqual({ Mode: 'Active' })
  }
})

test.each([
  ['Plan', planEnvSchema],
  ['Resolve', resolveEnvSchema],
  ['Diff', diffEnvSchema],
  ['Outcome', outcomeEnvSchema],
  ['Report', reportEnvSchema],
])('%s has exactly the environment of its contract', (name, schema) => {
  const { REGISTRY_PULL_RESERVE: _, ...variables } = environmentOf(name)
  const values = Object.entries(variables).map(([key, value]) => [
    key,
    textOf(value).replace(/\$\{.*?\}/, '1'),
  ])
  expect(schema.safeParse(Object.fromEntries(values)).error).toBeUndefined()
  expect(Object.keys(variables).sort()).toEqual(Object.keys(schema.shape).sort())
})

test('passes registry settings to Resolve', () => {
  const told = ['Plan', 'Resolve', 'Diff', 'Outcome', 'Report'].filter(
    (name) => environmentOf(name).REGISTRY_PULL_RESERVE === '20',
  )
  expect(told).toEqual(['Resolve'])
})

test('puts only Resolve into the VPC', () => {
  const inVpc = testStack()
  const network = networkOf(inVpc, listOf({ vpc: LISTED_VPC }), {})
  new Functions(inVpc, 'Functions', { ...propsOf(inVpc), network })
  const attached = Object.entries(resourcesOf(inVpc)).filter(([, { Properties }]) => Properties?.VpcConfig)
  expect(attached).toEqual([[expect.stringContaining('Resolve'), expect.anything()]])
  expect(attached[0]?.[1].Properties.VpcConfig).toEqual({
    SubnetIds: LISTED_VPC.subnets,
    SecurityGroupIds: LISTED_VPC.securityGroups,
  })
  const interfaces = grantsOf(resourcesOf(inVpc), 'Functions').filter((grant) => grant.startsWith('ec2:'))
  const [allowed, denied] = [interfaces.slice(0, 6), interfaces.slice(6)]
  expect(allowed).toContain('ec2:CreateNetworkInterface *')
  expect(denied).toEqual(allowed)
})

test('puts Diff and Prune into the VPC too if the list has other registries, and gives it their settings', () => {
  const inVpc = testStack()
  const network = networkOf(inVpc, listOf({ vpc: LISTED_VPC }), {})
  new Functions(inVpc, 'Functions', { ...propsOf(inVpc), network, hasOtherRegistries: true })
  const attached = Object.entries(resourcesOf(inVpc)).filter(([, { Properties }]) => Properties?.VpcConfig)
  expect(attached.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
    'FunctionsDiff',
    'FunctionsPrune',
    'FunctionsResolve',
  ])
  for (const [, { Properties }] of attached)
    expect(Properties.Environment.Variables).toMatchObject({ REGISTRY_PULL_RESERVE: '20' })
})

test('only the role of a function in a VPC trusts Lambda without conditions', () => {
  const inVpc = testStack()
  const network = networkOf(inVpc, listOf({ vpc: LISTED_VPC }), {})
  new Functions(inVpc, 'Functions', { ...propsOf(inVpc), network })
  const roles = Object.entries(resourcesOf(inVpc)).filter(([, { Type }]) => Type === 'AWS::IAM::Role')
  const unconditioned = roles.filter(
    ([, { Properties }]) => Properties.AssumeRolePolicyDocument.Statement[0].Condition === undefined,
  )
  expect(unconditioned.map(([id]) => id)).toEqual([expect.stringContaining('Resolve')])
  expect(roles.length).toBeGreaterThan(1)
})

test('gives each function its own role, and its own log for a month', () => {
  const logs = ofType(resources, 'AWS::Logs::LogGroup')
  expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual([30, 30, 30, 30, 30, 30])
  const roles = ofType(resources, 'AWS::Lambda::Function').map(({ Properties }) => textOf(Properties.Role))
  expect(new Set(roles).size).toBe(6)
})

const WRITE = 's3:PutObject <WorkBucket.Arn>/runs/*'
const READ = 's3:GetObject <WorkBucket.Arn>/runs/*'
const FRESHNESS = ['GetObject', 'PutObject'].map((action) => `s3:${action} <WorkBucket.Arn>/freshness/*`)
const STATE = ['GetObject', 'PutObject'].map((action) => `s3:${action} <WorkBucket.Arn>/state/*`)
const STATUS = [
  'GetObject list.json',
  'GetObject status.json',
  'PutObject list.json',
  'PutObject status.json',
  'PutObject status.html',
].map((right) => {
  const [action, name] = right.split(' ')
  return `s3:${action} <WorkBucket.Arn>/status/${name}`
})
const ARTIFACTS = ['GetObject', 'PutObject'].map((action) => `s3:${action} <WorkBucket.Arn>/artifacts/*`)
const FIND = 's3:ListBucket <WorkBucket.Arn>'
const LOG_IN = 'ecr:GetAuthorizationToken *'
const LOOK = ['DescribeImages', 'ListImages'].map(
  (action) => `ecr:${action} arn:<AWS::Partition>:ecr:*:<AWS::AccountId>:repository/mirror/*`,
)

test.each([
  [
    'Plan',
    [
      WRITE,
      FIND,
      's3:PutObject <WorkBucket.Arn>/schedules/*',
      's3:GetObject LIST',
      's3:GetObject <WorkBucket.Arn>/*',
    ],
  ],
  ['Resolve', [READ, WRITE, FIND, ...ARTIFACTS, LOG_IN]],
  ['Diff', [READ, WRITE, 's3:GetObject <WorkBucket.Arn>/refused/*', FIND, LOG_IN, ...LOOK]],
  ['Outcome', [READ, FIND]],
  ['Prune', []],
  ['Report', [READ, WRITE, FIND, ...FRESHNESS, ...STATE, ...STATUS]],
])('%s may write its log and traces, and has no permissions beyond its work', (name, grants) => {
  const found = grantsOf(resources, `Functions${name}Role`).map(short)
  const log = ['logs:CreateLogStream', 'logs:PutLogEvents'].map(
    (action) => `${action} <Functions${name}Log.Arn>`,
  )
  const trace = ['xray:PutTelemetryRecords *', 'xray:PutTraceSegments *']
  expect(found.sort()).toEqual([...log, ...trace, ...grants].sort())
})

function short(grant: string): string {
  return grant
    .replace(/arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-.*\/[0-9a-f]{64}\.json/, 'LIST')
    .replace(/<([A-Za-z]+?)[0-9A-F]{8}\.Arn>/, '<$1.Arn>')
}
