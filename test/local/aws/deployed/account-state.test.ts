// What `image-mirror doctor` asks about an account, through real SDK clients.
import {
  CloudFormationClient,
  DeleteStackCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation'
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Hosted } from '../../../../local/aws/deployed/hosted.ts'
import { ACCOUNT, type DeployedCloud, heal, startDeployed } from './cloud.ts'

const RESOURCES = [
  { id: 'Rule', type: 'AWS::Events::Rule', physicalId: 'M-Rule' },
  { id: 'Alarm', type: 'AWS::CloudWatch::Alarm', physicalId: 'M-Alarm' },
  { id: 'Key', type: 'AWS::KMS::Key', physicalId: 'M-Key' },
  ...Array.from({ length: 70 }, (_, n) => ({ id: `R${n}`, type: 'AWS::IAM::Role', physicalId: `r${n}` })),
]

let cloud: DeployedCloud
let hosted: Hosted
let config: DeployedCloud['config']
beforeAll(async () => {
  cloud = await startDeployed(
    { template: '{"Description":"a < b & c"}', resources: RESOURCES },
    { hub: 'secret' },
  )
  ;({ hosted, config } = cloud)
})
afterEach(() => heal(hosted.account))
afterAll(() => cloud?.[Symbol.asyncDispose]())

test('deletes a stack by its name or ID, and accepts that it does not exist', async () => {
  const client = new CloudFormationClient(config)
  const remove = (StackName: string) => client.send(new DeleteStackCommand({ StackName }))
  const before = hosted.stacks.length
  for (const by of ['name', 'id'] as const) {
    const stack = { name: 'Old', id: 'arn:old', region: 'us-east-1', outputs: {} }
    hosted.stacks.push(stack)
    await remove(stack[by])
    expect(hosted.stacks).toHaveLength(before)
  }
  await remove('Old')
})

test('lists the resources of a stack in pages, and has its template', async () => {
  const client = new CloudFormationClient(config)
  const found: (string | undefined)[] = []
  let pages = 0
  for await (const page of paginateListStackResources({ client }, { StackName: 'M' })) {
    pages += 1
    found.push(...(page.StackResourceSummaries ?? []).map(({ PhysicalResourceId }) => PhysicalResourceId))
  }
  expect(pages).toBe(3)
  expect(found).toEqual(RESOURCES.map(({ physicalId }) => physicalId))
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: 'M' }))
  expect(JSON.parse(TemplateBody ?? '')).toEqual({ Description: 'a < b & c' })
  await expect(client.send(new GetTemplateCommand({ StackName: 'N' }))).rejects.toMatchObject({
    name: 'ValidationError',
  })
})

test('describes rules of stacks, and no others', async () => {
  const events = new EventBridgeClient(config)
  expect(await events.send(new DescribeRuleCommand({ Name: 'M-Rule' }))).toMatchObject({ State: 'ENABLED' })
  hosted.account.disabledRules.add('M-Rule')
  expect(await events.send(new DescribeRuleCommand({ Name: 'M-Rule' }))).toMatchObject({ State: 'DISABLED' })
  await expect(events.send(new DescribeRuleCommand({ Name: 'Other' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
  const abroad = new EventBridgeClient({ ...config, region: 'eu-west-1' })
  await expect(abroad.send(new DescribeRuleCommand({ Name: 'M-Rule' }))).rejects.toThrow('does not exist')
  const onOther = new DescribeRuleCommand({ Name: 'M-Rule', EventBusName: 'other' })
  await expect(events.send(onOther)).rejects.toThrow('Event bus other does not exist')
})

test('describes alarms of stacks, and no others', async () => {
  const cloudwatch = new CloudWatchClient(config)
  const ask = async (...AlarmNames: string[]) =>
    (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }))).MetricAlarms?.map(
      (one) => one.StateValue,
    )
  expect(await ask('M-Alarm', 'Other')).toEqual(['OK'])
  hosted.account.alarms.set('M-Alarm', 'ALARM')
  expect(await ask('M-Alarm')).toEqual(['ALARM'])
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'N-' }))
  expect(MetricAlarms).toEqual([])
  const both = new DescribeAlarmsCommand({ AlarmNames: ['M-Alarm'], AlarmNamePrefix: 'M' })
  await expect(cloudwatch.send(both)).rejects.toThrow('exclude each other')
  const next = new DescribeAlarmsCommand({ NextToken: 'invented' })
  await expect(cloudwatch.send(next)).rejects.toMatchObject({ name: 'InvalidNextToken' })
})

test('an alarm notifies when its state changes to ALARM', async () => {
  const cloudwatch = new CloudWatchClient(config)
  const notified: string[] = []
  hosted.notify = async (name) => void notified.push(name)
  const set = (AlarmName: string, StateValue: 'OK' | 'ALARM') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test' }))
  await set('M-Alarm', 'OK')
  expect(notified).toEqual([])
  await set('M-Alarm', 'ALARM')
  await set('M-Alarm', 'ALARM')
  expect(notified).toEqual(['M-Alarm'])
  await expect(set('Other', 'OK')).rejects.toMatchObject({ name: 'ResourceNotFound' })
})

test('a key of a stack may be disabled, and an unknown key does not exist', async () => {
  const client = new KMSClient(config)
  const ask = (KeyId: string) => client.send(new DescribeKeyCommand({ KeyId }))
  expect((await ask('M-Key')).KeyMetadata).toMatchObject({ KeyState: 'Enabled', Enabled: true })
  hosted.account.keys.set('M-Key', 'Disabled')
  expect((await ask('M-Key')).KeyMetadata).toMatchObject({ KeyState: 'Disabled', Enabled: false })
  const arn = (region: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/M-Key`
  expect((await ask(arn('us-east-1'))).KeyMetadata).toMatchObject({ KeyId: 'M-Key', Enabled: false })
  for (const other of ['Other', arn('eu-west-1')])
    await expect(ask(other)).rejects.toMatchObject({ name: 'NotFoundException' })
})

test('a secret that is being deleted is described, and has no value', async () => {
  const client = new SecretsManagerClient(config)
  const before = await client.send(new DescribeSecretCommand({ SecretId: 'hub' }))
  expect(before).toMatchObject({ Name: 'hub' })
  expect(before.DeletedDate).toBeUndefined()
  expect(JSON.stringify(before)).not.toContain('"secret"')
  hosted.account.deletedSecrets.set('hub', new Date())
  expect((await client.send(new DescribeSecretCommand({ SecretId: 'hub' }))).DeletedDate).toBeInstanceOf(Date)
  await expect(client.send(new GetSecretValueCommand({ SecretId: 'hub' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  })
})

test('every region is bootstrapped unless the state of the account says otherwise', async () => {
  const ask = (region: string) =>
    new SSMClient({ ...config, region }).send(
      new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' }),
    )
  expect(Number((await ask('ap-south-1')).Parameter?.Value)).toBeGreaterThan(20)
  hosted.account.bootstrap.set('ap-south-1', undefined)
  await expect(ask('ap-south-1')).rejects.toMatchObject({ name: 'ParameterNotFound' })
  expect(await ask('us-east-1')).toBeDefined()
})

test('quotas have the values of the account, and unknown ones do not exist', async () => {
  const client = new ServiceQuotasClient(config)
  const ask = (QuotaCode: string) =>
    client.send(new GetServiceQuotaCommand({ ServiceCode: 'codebuild', QuotaCode }))
  hosted.account.quotas.set('L-5ED1D25B', 1)
  expect((await ask('L-5ED1D25B')).Quota).toMatchObject({ Value: 1, Adjustable: true })
  await expect(ask('L-00000000')).rejects.toMatchObject({ name: 'NoSuchResourceException' })
})

test('denies the actions that the state of the account denies', async () => {
  hosted.account.denied.add('servicequotas:GetServiceQuota')
  const request = new ServiceQuotasClient(config).send(
    new GetServiceQuotaCommand({ ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' }),
  )
  await expect(request).rejects.toMatchObject({ name: 'AccessDeniedException' })
})
