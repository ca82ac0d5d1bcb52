/** The failure topic: publishes as Step Functions and EventBridge do, and reads what subscribers receive. */
import {
  type MessageAttributeValue,
  PublishCommand,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { asObject, type Json } from './json.ts'
import { StatesError } from './states-error.ts'

export interface Alert {
  readonly subject: string
  readonly message: string
  /** Name -> value of the message's attributes. */
  readonly attributes: Readonly<Record<string, string>>
}

export interface Inbox {
  /** Returns the messages since the last call. */
  read(): Promise<readonly Alert[]>
}

/** Subscribes a queue to a topic, as an operator would subscribe an address. */
export async function subscribe(
  topicArn: string,
  name: string,
  sns: SNSClient,
  sqs: SQSClient,
): Promise<Inbox> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }))
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  )
  await sns.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }),
  )

  async function read(): Promise<readonly Alert[]> {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    if (Messages.length === 0) return []
    const alerts = Messages.map(({ Body = '' }) => {
      const { Subject = '', Message = '', MessageAttributes = {} } = JSON.parse(Body) as Notification
      const attributes = Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value] as const)
      return { subject: Subject, message: Message, attributes: Object.fromEntries(attributes) }
    })
    for (const { ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
    return [...alerts, ...(await read())]
  }
  return { read }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
interface Notification {
  readonly Subject?: string
  readonly Message?: string
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>
}

/** `sns:publish` of Step Functions: a message that is not a string is sent as JSON. */
export async function publishTask(input: Json, sns: SNSClient): Promise<Json> {
  const { TopicArn, Subject, Message, MessageAttributes } = asObject(input, 'the input of sns:publish')
  try {
    const { MessageId = '' } = await sns.send(
      new PublishCommand({
        TopicArn: String(TopicArn),
        Message: typeof Message === 'string' ? Message : JSON.stringify(Message),
        ...(Subject === undefined ? {} : { Subject: String(Subject) }),
        ...(MessageAttributes === undefined ? {} : { MessageAttributes: attributesOf(MessageAttributes) }),
      }),
    )
    return { MessageId }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    throw new StatesError(`SNS.${error.name}`, error.message)
  }
}

/** Publishes as EventBridge does: the target's input as the message, without a subject. */
export async function publishEvent(topicArn: string, input: string, sns: SNSClient): Promise<void> {
  await sns.send(new PublishCommand({ TopicArn: topicArn, Message: input }))
}

/** SNS refuses attributes without a value. */
function attributesOf(given: Json): Record<string, MessageAttributeValue> {
  const entries = Object.entries(asObject(given, 'MessageAttributes')).map(([name, value]) => {
    const { DataType, StringValue } = asObject(value, `the attribute ${name}`)
    return [name, { DataType: String(DataType), StringValue: String(StringValue ?? '') }] as const
  })
  return Object.fromEntries(entries)
}
