import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../../local/emulator.ts'
import { publishEvent, publishTask, subscribe } from '../../local/topic.ts'

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:failures'
let emulator: Emulator
let sns: SNSClient
let sqs: SQSClient

beforeAll(async () => {
  emulator = await startEmulator({ account: '123456789012', region: 'us-east-1' })
  const { endpoint } = emulator
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  sns = new SNSClient({ endpoint, region: 'us-east-1', credentials })
  sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials })
  await sns.send(new CreateTopicCommand({ Name: 'failures' }))
})
afterAll(() => emulator.close())

test('delivers the subject and message of every publication once', async () => {
  const inbox = await subscribe(TOPIC, 'one', sns, sqs)
  const result = await publishTask({ TopicArn: TOPIC, Subject: 'two pairs', Message: `see ${TOPIC}` }, sns)
  expect(result).toEqual({ MessageId: expect.any(String) })
  await publishTask({ TopicArn: TOPIC, Message: { pairs: 2 } }, sns)
  await publishEvent(TOPIC, 'the run ended', sns)
  expect(await inbox.read()).toEqual([
    { subject: 'two pairs', message: `see ${TOPIC}`, attributes: {} },
    { subject: '', message: '{"pairs":2}', attributes: {} },
    { subject: '', message: 'the run ended', attributes: {} },
  ])
  expect(await inbox.read()).toEqual([])
})

test('fails the task with the error name of Step Functions for a refused publication', async () => {
  const call = publishTask({ TopicArn: `${TOPIC}-not`, Message: 'x' }, sns)
  await expect(call).rejects.toMatchObject({ name: expect.stringMatching(/^SNS\.NotFound/) })
})

test('listens only on loopback', () => {
  expect(emulator.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

test.each([
  ['email', 'ops@example.com'],
  ['email-json', 'ops@example.com'],
  ['http', 'http://hooks.example.com'],
  ['https', 'https://hooks.example.com'],
])('lists a subscription by %s as unconfirmed, beside a confirmed one', async (Protocol, Endpoint) => {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: `by-${Protocol}` }))
  await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }))
  await subscribe(TopicArn ?? '', `by-${Protocol}`, sns, sqs)
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
  expect(Object.fromEntries(Subscriptions.map((one) => [one.Protocol, one.SubscriptionArn]))).toEqual({
    [Protocol]: 'PendingConfirmation',
    sqs: expect.stringMatching(/^arn:aws:sns:/),
  })
})
