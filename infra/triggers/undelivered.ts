/**
 * What EventBridge could not deliver: a start of a run, a push on its way to the home region, word of a broken run. It is
 * kept in a queue, and an alarm tells of it, as no run can.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
import { Duration, Stack } from 'aws-cdk-lib'
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { acknowledge } from '../iam/acknowledge.ts'

export interface UndeliveredProps {
  readonly topic: ITopic
  /** What could not be delivered, for people. */
  readonly what: string
}

/** As long as SQS can: what waits is all that is left of a push. */
const RETENTION = Duration.days(14)

/**
 * The queue for the rules and the schedules of this stack; it must be in their region. Rules may send to it by its own
 * policy, which names each of them, and schedules by their role.
 */
export function keepUndelivered(scope: Construct, props: UndeliveredProps): IQueue {
  const queue = new Queue(scope, 'Undelivered', {
    // A key of ours would be one more thing that may refuse.
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: RETENTION,
  })
  acknowledge(queue, {
    'AwsSolutions-SQS3': 'this is a dead-letter queue, of rules and schedules, and people are what reads it',
  })
  tellWhatWaits(scope, queue, props)
  return queue
}

/**
 * It stays in ALARM until the queue is empty, so that any number of failures is one message. A queue without messages has
 * no metrics after six hours, which is well.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
function tellWhatWaits(scope: Construct, queue: Queue, { topic, what }: UndeliveredProps): void {
  const { region } = Stack.of(scope)
  queue
    // Whoever reads a message hides it for half a minute, which is no reason to tell of it again.
    .metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) })
    .createAlarm(scope, 'NotDelivered', {
      alarmDescription:
        `image-mirror: ${what}. What EventBridge could not deliver waits for ${RETENTION.toDays()} days, and says why: ` +
        `aws sqs receive-message --region ${region} --queue-url ${queue.queueUrl} --message-attribute-names All --max-number-of-messages 10. ` +
        'Until the queue is empty, there is no further message. What to do: docs/runbook.md#notdelivered',
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    .addAlarmAction(new SnsAction(topic))
}

/**
 * A schedule sends to the queue by the role that it starts runs with: without that role, there is no message to find.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
 */
export function tellWhatIsLost(scope: Construct, group: ScheduleGroup, topic: ITopic): void {
  group
    .metricFailedToBeSentToDLQ(undefined, { statistic: Stats.SUM, period: Duration.minutes(5) })
    .createAlarm(scope, 'StartLost', {
      alarmDescription:
        'image-mirror: a schedule could not start its run, and could not keep the start for you either: its role or the ' +
        'queue has been changed, or is gone. What to do: docs/runbook.md#notdelivered',
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    .addAlarmAction(new SnsAction(topic))
}
