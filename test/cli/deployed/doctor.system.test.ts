// `image-mirror doctor` against a mirror on the embedded AWS: healthy, and with one fault at a time.
import {
  CreatePullThroughCacheRuleCommand,
  ECRClient,
  PutRegistryPolicyCommand,
  PutReplicationConfigurationCommand,
} from '@aws-sdk/client-ecr'
import { ListSubscriptionsByTopicCommand, SNSClient, UnsubscribeCommand } from '@aws-sdk/client-sns'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { doctorCommand } from '../../../cli/deployed/doctor/command.ts'
import { doctor } from '../../../cli/deployed/doctor/doctor.ts'
import { type Diagnosis, diagnosisSchema } from '../../../cli/deployed/doctor/document.ts'
import { subscribeCommand } from '../../../cli/deployed/subscribe/command.ts'
import { subscribe } from '../../../cli/deployed/subscribe/subscribe.ts'
import { type AccountState, healthyAccount } from '../../../local/aws/deployed/account-state.ts'
import { type DeployedWorld, openDeployedWorld } from './world.ts'

const SECRET = 'mirror/hub'
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const OTHER_KEY = KEY.replace('us-east-1', 'eu-west-1').replace('1234abcd', '5678abcd')

let world: DeployedWorld
beforeAll(async () => {
  world = await openDeployedWorld(
    undefined,
    {
      imagesFrom: 'ssm:/mirror/images',
      allowedRepositories: ['more/*'],
      push: { repositories: ['apps/*'], from: ['us-east-1', 'eu-west-1'] },
      defaults: { credentials: SECRET },
      repositories: { encryption: { kms: { 'us-east-1': KEY, 'eu-west-1': OTHER_KEY } } },
    },
    {
      'secrets.json': JSON.stringify({ [SECRET]: { username: 'x', accessToken: 'y' } }),
      'parameters.yaml': '/mirror/images: "- {source: docker.io/library/redis:7.4, repository: more/redis}"',
      'keys.json': JSON.stringify({ [KEY]: 'not read', [OTHER_KEY]: 'not read' }),
    },
  )
})
afterAll(() => world?.[Symbol.asyncDispose]())

async function diagnosis(args: readonly string[] = []): Promise<Diagnosis & { readonly status: number }> {
  const { status, out } = await world.run(doctorCommand, doctor, [...args, '--json'])
  return { ...diagnosisSchema.parse(JSON.parse(out)), status }
}

const notOk = ({ checks }: Diagnosis) => checks.filter(({ status }) => status !== 'ok')

/** Puts the account back into the state of a healthy one. */
afterEach(() => {
  const healthy = healthyAccount()
  for (const [key, value] of Object.entries(world.deployed.account)) {
    value.clear()
    if (value instanceof Map)
      for (const entry of healthy[key as 'quotas'].entries()) (value as Map<string, number>).set(...entry)
  }
})

test('every check of a healthy mirror is ok', async () => {
  const found = await diagnosis()
  expect(notOk(found)).toEqual([])
  expect(found.status).toBe(0)
  expect(found.counts).toMatchObject({ ok: 15, warning: 0, failed: 0, notChecked: 0 })
})

const physical = (type: string) =>
  world.deployed.stacks.flatMap(({ resources = [] }) => resources.filter((one) => one.type === type))

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
    '--quota-code L-5ED1D25B --desired-value 2',
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
    ({ denied }) => denied.add('monitoring:DescribeAlarms'),
    'monitoring:DescribeAlarms',
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

test('settings of ECR that write to the same repositories, or that deny, are warnings', async () => {
  const ecr = new ECRClient({ region: 'eu-west-1' })
  const before = notOk(await diagnosis()).length
  const warnings = async () =>
    notOk(await diagnosis())
      .slice(0)
      .filter(({ check }) => check === 'registries')
      .map(({ found }) => found)
  const rules = [
    {
      destinations: [{ region: 'us-east-1', registryId: '123456789012' }],
      repositoryFilters: [{ filter: 'unrelated/', filterType: 'PREFIX_MATCH' as const }],
    },
  ]
  await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }))
  await ecr.send(
    new CreatePullThroughCacheRuleCommand({
      ecrRepositoryPrefix: 'hub',
      upstreamRegistryUrl: 'registry-1.docker.io',
    }),
  )
  expect(await warnings()).toEqual([])
  await ecr.send(
    new CreatePullThroughCacheRuleCommand({
      ecrRepositoryPrefix: 'more',
      upstreamRegistryUrl: 'quay.io',
    }),
  )
  const all = [{ destinations: [{ region: 'us-east-1', registryId: '123456789012' }] }]
  await ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules: all } }))
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'ecr:CreateRepository', Resource: '*' }]
  await ecr.send(new PutRegistryPolicyCommand({ policyText: JSON.stringify({ Statement }) }))
  expect(await warnings()).toEqual([
    'the pull-through cache rule "more" in eu-west-1 writes to repositories of the mirror',
    "ECR's own replication copies repositories of the mirror from eu-west-1 to us-east-1",
    'the registry policy in eu-west-1 has a statement that denies',
  ])
  expect(before).toBeLessThan(notOk(await diagnosis()).length)
  ecr.destroy()
})

test('a broken list in Parameter Store is a failure, with how to check another', async () => {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(`${world.folder}/parameters.yaml`, '/mirror/images: "- {sourc: redis}"')
  const found = notOk(await diagnosis()).filter(({ check }) => check === 'list')
  expect(found).toMatchObject([{ status: 'failed', command: expect.stringContaining('validate') }])
})

test('a secret that is missing in the home region is a failure', async () => {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(`${world.folder}/secrets.json`, '{}')
  const found = notOk(await diagnosis()).filter(({ check }) => check === 'secrets')
  expect(found).toMatchObject([
    { status: 'failed', found: `the secret ${SECRET} does not exist in us-east-1` },
  ])
})

test('a run that is older than the schedule allows is a failure', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * 3_600_000 })
  const found = notOk(await diagnosis()).filter(({ check }) => check === 'last run')
  vi.useRealTimers()
  expect(found).toMatchObject([{ status: 'failed', command: 'npx image-mirror start' }])
  expect(found[0]?.found).toContain('should have started one within 54 hours')
})

test('the text fits 80 columns, except for commands, and ends with what needs attention', async () => {
  const { status, out } = await world.run(doctorCommand, doctor, [], { screen: { isTTY: true, columns: 80 } })
  expect(status).toBe(1)
  const lines = out.split('\n')
  expect(lines.filter((line) => line.length > 79 && !/^ +(?:aws|npx) /.test(line))).toEqual([])
  expect(lines[0]).toBe('ImageMirror in us-east-1, account 123456789012')
  expect(lines.at(-2)).toMatch(/^\d+ checks: \d+ ok, /)
  expect(out.indexOf('FAILED')).toBeGreaterThan(out.indexOf('\nok '))
})

test('there is no mirror to check', async () => {
  const { status, err } = await world.run(doctorCommand, doctor, ['--name', 'other'])
  expect(status).toBe(1)
  expect(err).toContain('There is no mirror "other"')
})
