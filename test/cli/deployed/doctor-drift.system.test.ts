// `image-mirror doctor` after somebody has changed what is deployed by hand, or when a quota of a service is too small.
import { CreateRepositoryCommand, DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { AccountState } from '../../../local/aws/deployed/account-state.ts'
import { heal } from '../../local/aws/deployed/cloud.ts'
import { changeList, diagnose, notOk, openHealthyWorld, resourcesIn } from './doctor-world.ts'
import type { DeployedWorld } from './world.ts'

let world: DeployedWorld
beforeAll(async () => {
  world = await openHealthyWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())
afterEach(() => heal(world.deployed.account))

/** The physical ID of the first resource of a type. */
const first = (type: string): string => resourcesIn(world, type)[0]?.physicalId ?? ''
const last = (type: string): string => resourcesIn(world, type).at(-1)?.physicalId ?? ''

type Row = [
  fault: string,
  check: string,
  status: 'failed' | 'warning',
  change: (account: AccountState) => void,
  words: readonly string[],
]

test.each<Row>([
  [
    'a disabled schedule',
    'schedules',
    'failed',
    ({ disabledSchedules }) => disabledSchedules.add(first('AWS::Scheduler::Schedule')),
    [
      '(rate(1 day)) is disabled',
      'aws scheduler update-schedule --cli-input-json "$(aws scheduler get-schedule',
    ],
  ],
  [
    'a deleted schedule',
    'schedules',
    'failed',
    ({ deleted }) => deleted.add(first('AWS::Scheduler::Schedule')),
    ['was deleted'],
  ],
  [
    'a rule of another region without its target',
    'rules',
    'failed',
    ({ rulesWithoutTargets }) => rulesWithoutTargets.add(last('AWS::Events::Rule')),
    ['("Sends pushes to us-east-1, where the mirror is") in eu-west-1 has 0 of its 1 target'],
  ],
  [
    'the deleted role of a rule in another region',
    'stack roles',
    'failed',
    ({ deleted }) => deleted.add(last('AWS::IAM::Role')),
    ['("Sends pushes to the bus of us-east-1") was deleted'],
  ],
  [
    'an undelivered event',
    'queues',
    'failed',
    ({ undelivered }) => undelivered.set(first('AWS::SQS::Queue'), 1),
    [
      '1 event could not be delivered in us-east-1',
      'aws sqs receive-message --queue-url https://sqs.us-east-1.',
    ],
  ],
  [
    'undelivered events of another region',
    'queues',
    'failed',
    ({ undelivered }) => undelivered.set(last('AWS::SQS::Queue'), 2),
    ['2 events could not be delivered in eu-west-1', '--region eu-west-1'],
  ],
  [
    'a deleted dead-letter queue',
    'queues',
    'failed',
    ({ deleted }) => deleted.add(first('AWS::SQS::Queue')),
    ['was deleted'],
  ],
  [
    'a log that was switched off',
    'state machine',
    'warning',
    ({ logLevels }) => logLevels.set(first('AWS::StepFunctions::StateMachine'), 'OFF'),
    [
      'the level OFF, and was deployed with ALL',
      '"logGroupArn":"arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/ImageMirror-',
    ],
  ],
  [
    'traces that were switched off',
    'state machine',
    'warning',
    ({ untraced }) => untraced.add(first('AWS::StepFunctions::StateMachine')),
    ['not traced', '--tracing-configuration enabled=true'],
  ],
  [
    'a deleted state machine',
    'state machine',
    'failed',
    ({ deleted }) => deleted.add(first('AWS::StepFunctions::StateMachine')),
    ['it was deleted'],
  ],
  [
    'a throttled function',
    'functions',
    'failed',
    ({ reservedConcurrency }) => reservedConcurrency.set(first('AWS::Lambda::Function'), 0),
    ['is throttled', 'aws lambda delete-function-concurrency --function-name ImageMirror-'],
  ],
  [
    'a deleted function',
    'functions',
    'failed',
    ({ deleted }) => deleted.add(first('AWS::Lambda::Function')),
    ['was deleted'],
  ],
  [
    'functions of others that reserve most of the account',
    'functions',
    'warning',
    ({ reservedConcurrency }) => reservedConcurrency.set('other', 960),
    ['is 1000, of which other functions reserve 960', '--quota-code L-B99A9384 --desired-value 1010'],
  ],
  [
    'few state transitions',
    'executions',
    'warning',
    ({ quotas }) => quotas.set('L-AD9B4E93', 100),
    [
      'state transitions per second is 100',
      '--service-code states --quota-code L-AD9B4E93 --desired-value 250',
    ],
  ],
  [
    'few starts for pushes from two regions',
    'executions',
    'warning',
    ({ quotas }) => quotas.set('L-1B55A735', 10),
    ['started executions per second is 10', '--quota-code L-1B55A735 --desired-value 20'],
  ],
])('%s is reported by %s as %s', async (_, check, status, change, words) => {
  change(world.deployed.account)
  const found = await diagnose(world)
  expect(notOk(found)).toMatchObject([{ check, status }])
  const text = Object.values(notOk(found)[0] ?? {}).join('\n')
  for (const expected of words) expect(text).toContain(expected)
  expect(found.status).toBe(status === 'failed' ? 1 : 0)
})

test.each([
  ['schedules', 'scheduler:GetSchedule'],
  ['stack roles', 'iam:GetRole'],
  ['rules', 'events:ListTargetsByRule'],
  ['queues', 'sqs:GetQueueAttributes'],
  ['state machine', 'states:DescribeStateMachine'],
  ['functions', 'lambda:GetAccountSettings'],
  ['functions', 'lambda:GetFunctionConcurrency'],
  ['repositories', 'ecr:DescribeRepositories'],
])('%s is not checked without %s', async (check, permission) => {
  world.deployed.account.denied.add(permission)
  const found = await diagnose(world)
  expect(notOk(found)).toEqual([
    { check, status: 'notChecked', found: `it needs the permission ${permission}` },
  ])
  expect(found.status).toBe(0)
})

test('too few repositories for the list are a warning in the region where some are missing', async () => {
  const ecr = new ECRClient({ region: 'eu-west-1' })
  world.deployed.account.quotas.set('L-CFEB8E8D', 3)
  // The first run has made one of three; the image of the third is in Parameter Store.
  expect(notOk(await diagnose(world))).toEqual([])
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'of/others' }))
  const found = notOk(await diagnose(world))
  await ecr.send(new DeleteRepositoryCommand({ repositoryName: 'of/others' }))
  ecr.destroy()
  expect(found).toMatchObject([
    {
      check: 'repositories',
      status: 'warning',
      found: 'the quota of repositories in eu-west-1 is 3; 2 exist, and the list needs 2 more',
    },
  ])
  expect(found[0]?.command).toContain('--quota-code L-CFEB8E8D --desired-value 5 --region eu-west-1')
})

test('a repository that gets ever more tags, and is nearly full, is a warning', async () => {
  world.deployed.account.quotas.set('L-03A36CE1', 3)
  expect(notOk(await diagnose(world))).toEqual([])
  const source = world.image('team/app')
  const restore = await changeList(world, (list) => ({
    ...list,
    images: [{ source, repository: 'team/app', tags: { semver: '>=1' }, regions: ['us-east-1'] }],
  }))
  const found = notOk(await diagnose(world))
  await restore()
  expect(found).toMatchObject([
    {
      check: 'repositories',
      status: 'warning',
      found: 'the repository team/app in us-east-1 has 3 images of at most 3',
    },
  ])
  expect(found[0]?.command).toContain('--quota-code L-03A36CE1 --desired-value 6 --region us-east-1')
})
