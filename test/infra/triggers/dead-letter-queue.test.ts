// The queue for events that EventBridge could not deliver, its permissions, and its alarm.
import { readFileSync } from 'node:fs'
import { EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets'
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { expect, test } from 'vitest'
import { failureTopic } from '../../../infra/alerts/alerts.ts'
import { alarmOnLostStarts, createDeadLetterQueue } from '../../../infra/triggers/dead-letter-queue.ts'
import { only, resourcesOf, testStack, textOf } from '../templates.ts'

const BUS = 'arn:aws:events:eu-west-1:111122223333:event-bus/default'

const resources = (() => {
  const stack = testStack()
  const deadLetterQueue = createDeadLetterQueue(stack, {
    topic: failureTopic(stack),
    what: 'a run did not start',
  })
  const target = new EventBusTarget(EventBus.fromEventBusArn(stack, 'Bus', BUS), { deadLetterQueue })
  new Rule(stack, 'Rule', { eventPattern: { source: ['aws.ecr'] }, targets: [target] })
  return resourcesOf(stack)
})()
const alarm = only(resources, 'AWS::CloudWatch::Alarm').Properties
const description = textOf(alarm.AlarmDescription)

test('what could not be delivered is kept for as long as SQS can, encrypted', () => {
  const { Properties } = only(resources, 'AWS::SQS::Queue')
  expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true })
})

test('the queue takes messages over TLS only, and from the rule that it is for', () => {
  const { Properties } = only(resources, 'AWS::SQS::QueuePolicy')
  expect(Properties.PolicyDocument.Statement).toMatchObject([
    { Effect: 'Deny', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: {
        ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^Rule/), 'Arn'] } },
      },
    },
  ])
  expect(Properties.PolicyDocument.Statement).toHaveLength(2)
})

test('the alarm goes off as long as something waits, and a queue that nobody has used is well', () => {
  expect(alarm).toMatchObject({
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [expect.any(String), 'QueueName'] } }],
    Statistic: 'Maximum',
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
  })
})

test('a message that somebody reads is not told of again: it is back before the alarm looks once more', () => {
  const { VisibilityTimeout: hiddenSeconds = 30 } = only(resources, 'AWS::SQS::Queue').Properties
  expect(alarm.Period).toBeGreaterThan(hiddenSeconds + 60)
})

test('one message comes, to the failure topic', () => {
  expect(alarm.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^FailureTopic/) }])
  expect(alarm.InsufficientDataActions).toBeUndefined()
  expect(alarm.OKActions).toBeUndefined()
})

test('describes the problem, the command to read the queue, and a link to the runbook', () => {
  expect(description).toMatch(/^image-mirror: a run did not start\. .* are kept for 14 days/)
  expect(description).toMatch(
    /aws sqs receive-message --region us-east-1 --queue-url <Undelivered\w+> --message-attribute-names All /,
  )
  expect(headings()).toContain(anchorIn(description))
})

test('reports starts that a schedule could not queue, by schedule', () => {
  const stack = testStack()
  alarmOnLostStarts(stack, new ScheduleGroup(stack, 'Group'), failureTopic(stack))
  const { Properties: lost } = only(resourcesOf(stack), 'AWS::CloudWatch::Alarm')
  expect(lost).toMatchObject({
    Namespace: 'AWS/Scheduler',
    MetricName: 'InvocationsFailedToBeSentToDeadLetterCount',
    Statistic: 'Sum',
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [{ Ref: expect.stringMatching(/^FailureTopic/) }],
  })
  expect(headings()).toContain(anchorIn(lost.AlarmDescription))
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
test("keeps the description within CloudWatch's limit for any name of the queue", () => {
  const url = `https://sqs.ap-southeast-2.amazonaws.com/111122223333/${'q'.repeat(80)}`
  expect(description.replace(/<Undelivered\w+>/, url).length).toBeLessThan(1024 - 150)
})

function anchorIn(text: string): string | undefined {
  return /docs\/runbook\.md#(\w+)$/.exec(text)?.[1]
}

/** The anchors of the runbook. */
function headings(): readonly string[] {
  const found = readFileSync('docs/runbook.md', 'utf8').match(/^## .*$/gm) ?? []
  return found.map((heading) => heading.slice(3).toLowerCase())
}
