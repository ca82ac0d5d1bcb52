// The construct: the effects of its props, and rules for all of its roles.
import { isDeepStrictEqual } from 'node:util'
import { App, Duration, Stack } from 'aws-cdk-lib'
import { type IVpc, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler'
import { AwsSolutionsChecks } from 'cdk-nag'
import { expect, test } from 'vitest'
import { ImageMirror, type ImageMirrorProps } from '../../infra/image-mirror.ts'
import {
  grantsOf,
  LISTED_VPC,
  list,
  listOf,
  ofType,
  only,
  policies,
  type Resources,
  resourcesOf,
  testStack,
  textOf,
} from './templates.ts'

function mirror(props: Partial<ImageMirrorProps> = {}): Resources {
  const stack = testStack()
  new ImageMirror(stack, 'Mirror', { list: listOf(), ...props })
  return resourcesOf(stack)
}

/** The errors that synthesis reports for the construct. */
function errorsOf(props: Partial<ImageMirrorProps>, stack = testStack()): string[] {
  const made = new ImageMirror(stack, 'Mirror', { list: listOf(), ...props })
  resourcesOf(stack)
  return made.node.metadata.filter(({ type }) => type === 'aws:cdk:error').map(({ data }) => String(data))
}

const resources = mirror()

function definitionOf(all: Resources): string {
  return textOf(only(all, 'AWS::StepFunctions::StateMachine').Properties.DefinitionString)
}

test('runs once a day, and not on pushes, by default', () => {
  expect(only(resources, 'AWS::Scheduler::Schedule').Properties.ScheduleExpression).toBe('rate(1 day)')
  expect(ofType(resources, 'AWS::Events::Rule')).toHaveLength(1)
})

test('runs on the schedule of the prop', () => {
  const schedule = ScheduleExpression.rate(Duration.hours(6))
  expect(only(mirror({ schedule }), 'AWS::Scheduler::Schedule').Properties.ScheduleExpression).toBe(
    'rate(6 hours)',
  )
})

test('runs only by hand if the schedule is off', () => {
  expect(ofType(mirror({ scheduled: false }), 'AWS::Scheduler::Schedule')).toEqual([])
})

test('has a rule for pushes if the list has push', () => {
  const rules = ofType(mirror({ list: listOf({ push: { repositories: ['team/*'] } }) }), 'AWS::Events::Rule')
  expect(rules.map(({ Properties }) => Properties.EventPattern.source)).toContainEqual(['aws.ecr'])
})

test('creates schedules and rules after all permissions of the state machine', () => {
  const all = mirror({ list: listOf({ push: { repositories: ['team/*'] } }) })
  const permissions = Object.entries(all)
    .filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && /StateMachine|RunRole/.test(id))
    .map(([id]) => id)
  expect(permissions.length).toBeGreaterThan(1)
  const starters = Object.entries(all).filter(
    ([id, { Type }]) =>
      Type === 'AWS::Scheduler::Schedule' || (Type === 'AWS::Events::Rule' && /Push/.test(id)),
  )
  expect(starters).toHaveLength(2)
  for (const [id] of starters)
    expect([...dependenciesOf(all, id)]).toEqual(expect.arrayContaining(permissions))
})

/** Logical ids that CloudFormation creates earlier because of `DependsOn`, directly or indirectly. */
function dependenciesOf(all: Resources, id: string, found = new Set<string>()): Set<string> {
  const { DependsOn = [] } = (all[id] ?? {}) as { DependsOn?: string | readonly string[] }
  for (const next of list(DependsOn).filter((one) => !found.has(one))) {
    found.add(next)
    dependenciesOf(all, next, found)
  }
  return found
}

test('sets the limits of concurrency', () => {
  const most = definitionOf(mirror({ maxConcurrentImages: 77, maxConcurrentRegions: 33 }))
  expect(most).toContain('"MaxConcurrency":77')
  expect(most).toContain('"MaxConcurrency":33')
  expect(definitionOf(resources)).toContain('"MaxConcurrency":10')
  expect(definitionOf(resources)).toContain('"MaxConcurrency":5')
})

test("writes the Map's results in an app without feature flags too", () => {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Test')
  new ImageMirror(stack, 'Mirror', { list: listOf() })
  expect(definitionOf(resourcesOf(stack))).toContain('"ResultWriter":{')
})

test('allows actions on all resources only if they have no resource', () => {
  const anywhere = Object.values(policies(resources))
    .flat()
    .filter(({ Resource }) => list(Resource).includes('*'))
    .flatMap(({ Action }) => list(Action))
  expect(anywhere.filter((action) => !/^(xray|logs):/.test(action))).toEqual(
    Array(3).fill('ecr:GetAuthorizationToken'),
  )
})

test('allows no role all actions of a service, or to pass a role', () => {
  const actions = Object.values(policies(resources)).flatMap((statements) =>
    statements.flatMap(({ Action }) => list(Action)),
  )
  expect(
    actions.filter((action) => action.endsWith(':*') || action === '*' || action.startsWith('iam:')),
  ).toEqual([])
})

test('every role trusts one service, for this account only', () => {
  const trusts = ofType(
    mirror({ list: listOf({ push: { repositories: ['team/*'] } }) }),
    'AWS::IAM::Role',
  ).map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement)
  expect(trusts.map(([{ Principal }]) => Principal.Service).sort()).toEqual([
    'codebuild.amazonaws.com',
    'events.amazonaws.com',
    ...Array(6).fill('lambda.amazonaws.com'),
    'scheduler.amazonaws.com',
    'states.amazonaws.com',
  ])
  for (const [{ Condition }, ...others] of trusts) {
    expect(others).toEqual([])
    expect(Condition.StringEquals['aws:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' })
  }
})

test('with a VPC, changes only the programs that read sources', () => {
  const inVpc = mirror({ list: listOf({ vpc: LISTED_VPC }) })
  const changed = Object.keys(inVpc).filter((id) => !isDeepStrictEqual(inVpc[id], resources[id]))
  const names = changed.map((id) => id.replace(/[0-9A-F]{8}$/, ''))
  // Plan's environment contains the location of the list, which has changed.
  const plan = ['MirrorFunctionsPlan', 'MirrorFunctionsPlanRoleDefaultPolicy']
  const resolve = ['', 'Role', 'RoleDefaultPolicy'].map((part) => `MirrorFunctionsResolve${part}`)
  const sync = ['MirrorSync', 'MirrorSyncRoleDefaultPolicy']
  // Waits while Resolve's network is not ready.
  const machine = 'MirrorStateMachine'
  expect(names.sort()).toEqual([...plan, ...resolve, ...sync, machine].sort())
  expect(definitionOf(inVpc)).toContain('Lambda.ResourceNotReadyException')
  expect(Object.keys(inVpc)).toEqual(Object.keys(resources))
  const attached = changed.filter((id) => inVpc[id]?.Properties.VpcConfig !== undefined)
  expect(attached).toHaveLength(2)
})

test('has no VPC resources without a VPC', () => {
  expect(JSON.stringify(resources)).not.toMatch(/ec2:|AWS::EC2|VpcConfig|SourceFunctionArn|NotReady/)
})

test('refuses a VPC with Lambda compute', () => {
  const list = listOf({ vpc: LISTED_VPC })
  expect(errorsOf({ list, compute: 'lambda' })).toEqual([expect.stringContaining("use compute: 'ec2'")])
})

test('reports errors in several props at once', () => {
  const list = listOf({ push: { repositories: ['mirror/*'] } })
  expect(errorsOf({ list, schedule: 'daily', securityGroups: [] })).toEqual([
    expect.stringMatching(/^push\.repositories\[0\]: "mirror\/\*"/),
    expect.stringMatching(/^vpcSubnets and securityGroups/),
    expect.stringMatching(/^schedule: "daily"/),
  ])
})

test.each([
  ['123456789012', [expect.stringMatching(/^targets\.prod\.account: "123456789012" is the mirror's own/)]],
  ['210987654321', []],
])('checks whether a target is the account of the stack, %s', (account, errors) => {
  const list = listOf({ targets: { prod: { account: '123456789012', regions: ['eu-west-1'] } } })
  const stack = new Stack(new App(), 'Test', { env: { region: 'us-east-1', account } })
  expect(errorsOf({ list }, stack)).toEqual(errors)
})

test('addImage gives an image the same permissions as the list', () => {
  const stack = testStack()
  const added = new ImageMirror(stack, 'Mirror', { images: ['redis:7.4'], regions: ['us-east-1'] })
  added.addImage({ source: 'quay.io/team/app:1', credentials: 'team', schedule: 'rate(1 hour)' })
  const all = resourcesOf(stack)
  expect(
    ofType(all, 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties.ScheduleExpression),
  ).toEqual(['rate(1 day)', 'rate(1 hour)'])
  expect(grantsOf(all, 'MirrorFunctionsResolve').join()).toContain('secret:team-??????')
  expect(grantsOf(all, 'MirrorSync').join()).toContain('repository/team/app')
  expect(() => added.addImage('nginx:1.27')).toThrow(/^addImage: /)
})

test('grantPull and grantStart let others pull images and start runs', () => {
  const stack = testStack()
  const made = new ImageMirror(stack, 'Mirror', { list: listOf({ prefix: 'mirror' }) })
  const role = new Role(stack, 'Nodes', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })
  made.grantPull(role)
  made.grantStart(role)
  made.addImage({ source: 'quay.io/team/app:1', repository: 'base/app' })
  const granted = grantsOf(resourcesOf(stack), 'NodesDefaultPolicy')
  expect(granted).toContainEqual(
    expect.stringMatching(/^ecr:BatchGetImage .*:ecr:\*:.*:repository\/mirror\/\*$/),
  )
  expect(granted).toContainEqual(
    expect.stringMatching(/^ecr:GetDownloadUrlForLayer .*repository\/base\/app$/),
  )
  expect(granted).toContainEqual('ecr:GetAuthorizationToken *')
  expect(granted).toContainEqual(expect.stringMatching(/^states:StartExecution /))
})

test('has metrics of its own runs', () => {
  const made = new ImageMirror(testStack(), 'Mirror', { list: listOf() })
  expect(made.metricFailedPairs()).toMatchObject({ metricName: 'Failed', statistic: 'Sum' })
  const fresh = made.metricFreshness('rate(1 day)', { period: Duration.minutes(5) })
  expect(fresh).toMatchObject({
    metricName: 'Freshness',
    statistic: 'Maximum',
    dimensions: { Schedule: 'rate(1 day)' },
  })
  expect(fresh.period.toMinutes()).toBe(5)
})

test('exposes its security groups, for the inbound rules of registries', () => {
  const stack = testStack()
  const registry = new SecurityGroup(stack, 'Registry', { vpc: new Vpc(stack, 'Vpc') as IVpc })
  const { securityGroups } = new ImageMirror(stack, 'Mirror', {
    list: listOf({ vpc: LISTED_VPC }),
  })
  for (const group of securityGroups) registry.addIngressRule(group, Port.HTTPS)
  const { Properties: rule } = only(resourcesOf(stack), 'AWS::EC2::SecurityGroupIngress')
  expect(rule).toMatchObject({ SourceSecurityGroupId: LISTED_VPC.securityGroups[0], FromPort: 443 })
})

test('contains no secret', () => {
  const text = JSON.stringify(mirror({ list: listOf({ defaults: { credentials: 'docker-hub' } }) }))
  expect(text).not.toMatch(/SECRETS_MANAGER|resolve:secretsmanager/)
})

test('has no findings of cdk-nag, which does detect a fault', () => {
  const stack = testStack()
  const list = listOf({ push: { repositories: ['team/*'] }, vpc: LISTED_VPC })
  const construct = new ImageMirror(stack, 'Mirror', { list })
  expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([])
  construct.stateMachine.addToRolePolicy(
    new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*/x'] }),
  )
  const { violations } = new AwsSolutionsChecks().validateScope(stack)
  expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-IAM5[Resource::*/x]'])
})

test.each([
  ['the images that are worked on', { maxConcurrentImages: 20 }, '20'],
  ['the builds that there may be', { maxConcurrentImages: 20, maxConcurrentBuilds: 4 }, '4'],
])('counts %s as concurrent writers of a region', (_, props, writers) => {
  const { Environment } = only(mirror(props), 'AWS::CodeBuild::Project').Properties
  expect(Environment.EnvironmentVariables).toContainEqual(
    expect.objectContaining({ Name: 'WRITERS_PER_REGION', Value: writers }),
  )
})

test('refuses two mirrors of an app that copy pushes to each other', () => {
  const app = new App()
  const regions = ['us-east-1', 'eu-west-1']
  const [first, second] = regions.map((region) => {
    const stack = new Stack(app, `Mirror-${region}`, { env: { account: '123456789012', region } })
    return new ImageMirror(stack, 'Mirror', {
      list: listOf({ regions, home: region, push: { repositories: ['team/*'] } }),
    })
  })
  app.synth()
  for (const made of [first, second])
    expect(made?.node.metadata).toContainEqual(
      expect.objectContaining({ data: expect.stringContaining('use one mirror with push.from') }),
    )
})
