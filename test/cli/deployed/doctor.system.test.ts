// `image-mirror doctor` against a mirror on the embedded AWS: healthy, and with one fault at a time.
import { ListSubscriptionsByTopicCommand, SNSClient, UnsubscribeCommand } from '@aws-sdk/client-sns'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { subscribeCommand } from '../../../cli/deployed/subscribe/command.ts'
import { subscribe } from '../../../cli/deployed/subscribe/subscribe.ts'
import type { AccountState } from '../../../local/aws/deployed/account-state.ts'
import { heal } from '../../local/aws/deployed/cloud.ts'
import { diagnose, KEY, notOk, openHealthyWorld, resourcesIn, SECRET } from './doctor-world.ts'
import type { DeployedWorld } from './world.ts'

let world: DeployedWorld
beforeAll(async () => {
  world = await openHealthyWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

const diagnosis = () => diagnose(world)

afterEach(() => heal(world.deployed.account))

test('every check of a healthy mirror is ok', async () => {
  const found = await diagnosis()
  expect(notOk(found)).toEqual([])
  expect(found.status).toBe(0)
  expect(found.counts).toMatchObject({ ok: 22, warning: 0, failed: 0, notChecked: 0 })
})

const physical = (type: string) => resourcesIn(world, type)

test.each<
  [fault: string, check: string, status: string, break_: (account: AccountState) => void, words: string]
>([
  [
    'a region that is not bootstrapped',
    'bootstrap',
    'failed',
    ({ bootstrap }) => bootstrap.set('eu-west-1', undefined),
    'npx cdk bootstrap aws://123456789012/eu-west-1',
  ],
  [
    'an old bootstrap stack',
    'bootstrap',
    'failed',
    ({ bootstrap }) => bootstrap.set('us-east-1', 5),
    'us-east-1 has version 5',
  ],
  [
    'one concurrent build',
    'builds',
    'warning',
    ({ quotas }) => quotas.set('L-5ED1D25B', 1),
    '--quota-code L-5ED1D25B --desired-value 10',
  ],
  [
    'no concurrent build',
    'builds',
    'failed',
    ({ quotas }) => quotas.set('L-5ED1D25B', 0),
    'nothing can be copied',
  ],
  [
    'ten concurrent functions',
    'functions',
    'warning',
    ({ quotas }) => quotas.set('L-B99A9384', 10),
    '--quota-code L-B99A9384 --desired-value 50',
  ],
  [
    'a secret that is being deleted',
    'secrets',
    'failed',
    ({ deletedSecrets }) => deletedSecrets.set(SECRET, new Date()),
    'secretsmanager restore-secret --secret-id mirror/hub',
  ],
  [
    'a disabled key of the list',
    'keys',
    'failed',
    ({ keys }) => keys.set(KEY.split('/').at(-1) ?? '', 'Disabled'),
    'kms enable-key',
  ],
  [
    "the alerts' key being deleted",
    'keys',
    'failed',
    ({ keys }) => keys.set(physical('AWS::KMS::Key')[0]?.physicalId ?? '', 'PendingDeletion'),
    'cancel-key-deletion',
  ],
  [
    'a disabled rule',
    'rules',
    'failed',
    ({ disabledRules }) => disabledRules.add(physical('AWS::Events::Rule')[0]?.physicalId ?? ''),
    'events enable-rule',
  ],
  [
    'a disabled rule of another region',
    'rules',
    'failed',
    ({ disabledRules }) => disabledRules.add(physical('AWS::Events::Rule').at(-1)?.physicalId ?? ''),
    '--region eu-west-1',
  ],
  [
    'a deleted rule',
    'rules',
    'failed',
    ({ deleted }) => deleted.add(physical('AWS::Events::Rule')[0]?.physicalId ?? ''),
    'was deleted',
  ],
  [
    'an alarm in ALARM',
    'alarms',
    'failed',
    ({ alarms }) => alarms.set(physical('AWS::CloudWatch::Alarm')[0]?.physicalId ?? '', 'ALARM'),
    'is in ALARM',
  ],
  [
    'a deleted alarm',
    'alarms',
    'failed',
    ({ deleted }) => deleted.add(physical('AWS::CloudWatch::Alarm')[0]?.physicalId ?? ''),
    'was deleted',
  ],
  [
    'a missing permission',
    'alarms',
    'notChecked',
    ({ denied }) => denied.add('cloudwatch:DescribeAlarms'),
    'cloudwatch:DescribeAlarms',
  ],
  [
    'no access to the list in Parameter Store',
    'list',
    'notChecked',
    ({ denied }) => denied.add('ssm:GetParameter'),
    'ssm:GetParameter',
  ],
  [
    'no access to quotas',
    'builds',
    'notChecked',
    ({ denied }) => denied.add('servicequotas:GetServiceQuota'),
    'servicequotas:GetServiceQuota',
  ],
])('%s is reported by %s as %s', async (_, check, status, change, words) => {
  change(world.deployed.account)
  const found = await diagnosis()
  const own = notOk(found).filter((one) => one.check === check)
  expect(own).toMatchObject([{ status }])
  expect(Object.values(own[0] ?? {}).join('\n')).toContain(words)
  // One permission may serve several checks.
  if (status !== 'notChecked') expect(notOk(found)).toEqual(own)
  expect(found.status).toBe(status === 'failed' ? 1 : 0)
})

test('an INSUFFICIENT_DATA alarm is ok, because every new alarm begins with it', async () => {
  for (const { physicalId } of physical('AWS::CloudWatch::Alarm'))
    world.deployed.account.alarms.set(physicalId, 'INSUFFICIENT_DATA')
  expect(notOk(await diagnosis())).toEqual([])
})

test.each([
  ['ROLLBACK_COMPLETE', 'failed'],
  ['UPDATE_ROLLBACK_COMPLETE', 'warning'],
  ['UPDATE_ROLLBACK_FAILED', 'failed'],
  ['UPDATE_IN_PROGRESS', 'warning'],
])('a stack that is %s is %s', async (state, status) => {
  const { stacks } = world.deployed
  const [stack] = stacks
  if (stack === undefined) throw new Error('nothing is deployed')
  stacks[0] = { ...stack, status: state }
  const found = await diagnosis()
  stacks[0] = stack
  expect(notOk(found)).toMatchObject([{ check: 'stack', status }])
})

test.each([
  ['0.0.1', 'Deploy this version'],
  ['99.0.0', 'Update this program'],
  [undefined, 'an older version is deployed'],
])('a stack of version %s is a warning', async (version, words) => {
  const { stacks } = world.deployed
  const [stack] = stacks
  if (stack?.template === undefined) throw new Error('nothing is deployed')
  const tag = /\{"Key":"image-mirror:version","Value":"[^"]+"\}/
  expect(stack.template).toMatch(tag)
  const changed = version === undefined ? '' : `{"Key":"image-mirror:version","Value":"${version}"}`
  stacks[0] = { ...stack, template: stack.template.replace(tag, changed) }
  const found = await diagnosis()
  stacks[0] = stack
  expect(notOk(found)).toMatchObject([{ check: 'version', status: 'warning' }])
  expect(JSON.stringify(notOk(found))).toContain(words)
})

test('a stack that forwards pushes is missing, or left behind', async () => {
  const { stacks } = world.deployed
  const index = stacks.findIndex(({ name }) => name === 'ImageMirrorPushes-eu-west-1')
  const [stack] = stacks.splice(index, 1)
  if (stack === undefined) throw new Error('no stack forwards pushes')
  expect(notOk(await diagnosis())).toMatchObject([{ check: 'push stacks', status: 'failed' }])
  stacks.push(stack, { ...stack, name: 'ImageMirrorPushes-ap-south-1', region: 'ap-south-1' })
  const left = notOk(await diagnosis())
  stacks.pop()
  expect(left).toMatchObject([{ check: 'push stacks', status: 'warning' }])
  expect(left[0]?.command).toBe(
    'aws cloudformation delete-stack --stack-name ImageMirrorPushes-ap-south-1 --region ap-south-1',
  )
})

test('an unconfirmed subscription gets no alerts, and none at all is a failure', async () => {
  await world.run(subscribeCommand, subscribe, ['ops@example.com'])
  expect(notOk(await diagnosis())).toMatchObject([
    { check: 'subscriptions', status: 'warning', command: 'npx image-mirror subscribe ops@example.com' },
  ])
  const sns = new SNSClient({})
  const TopicArn = world.deployed.template.output('FailureTopicArn')
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
  const confirmed = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:'))
  for (const { SubscriptionArn } of confirmed) await sns.send(new UnsubscribeCommand({ SubscriptionArn }))
  expect(notOk(await diagnosis())).toMatchObject([{ check: 'subscriptions', status: 'failed' }])
  sns.destroy()
})
