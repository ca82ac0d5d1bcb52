/**
 * Dead-letter queue for events that EventBridge could not deliver: starts of runs, forwarded pushes, and reports of
 * broken runs. An alarm reports them, because no run can.
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

export interface DeadLetterQueueProps {
  readonly topic: ITopic
  /** A description of the undelivered events, for the alarm text. */
  readonly what: string
}

/** SQS's maximum, because the message may be the only trace of a push. */
const RETENTION = Duration.days(14)

/**
 * Creates the queue for the rules and schedules of this stack, which must be in the same region. The queue policy names
 * each rule; schedules use their role.
 */
export function createDeadLetterQueue(scope: Construct, props: DeadLetterQueueProps): IQueue {
  const queue = new Queue(scope, 'Undelivered', {
    // A customer managed key could prevent delivery.
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: RETENTION,
  })
  acknowledge(queue, {
    'AwsSolutions-SQS3': 'this is a dead-letter queue of rules and schedules, which people read',
  })
  alarmOnMessages(scope, queue, props)
  return queue
}

/**
 * Stays in ALARM until the queue is empty, so that any number of failures sends one message. An empty queue has no
 * metrics after six hours, which counts as OK.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
function alarmOnMessages(scope: Construct, queue: Queue, { topic, what }: DeadLetterQueueProps): void {
  const { region } = Stack.of(scope)
  queue
    // Reading a message hides it for 30 seconds, which must not trigger another notification.
    .metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) })
    .createAlarm(scope, 'NotDelivered', {
      alarmDescription:
        `image-mirror: ${what}. The undelivered events are kept for ${RETENTION.toDays()} days, each with its error: ` +
        `aws sqs receive-message --region ${region} --queue-url ${queue.queueUrl} --message-attribute-names All --max-number-of-messages 10. ` +
        'What to do: restore the role, policy or topic that ERROR_MESSAGE names, start again what was missed, and empty ' +
        'the queue with aws sqs purge-queue. No further message is sent until it is empty. More: docs/runbook.md#notdelivered',
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    .addAlarmAction(new SnsAction(topic))
}

/**
 * Reports starts that could not be queued. A schedule sends to the queue with the role that starts runs: if that role
 * is gone, the queue stays empty. https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html
 */
export function alarmOnLostStarts(scope: Construct, group: ScheduleGroup, topic: ITopic): void {
  group
    .metricFailedToBeSentToDLQ(undefined, { statistic: Stats.SUM, period: Duration.minutes(5) })
    .createAlarm(scope, 'StartLost', {
      alarmDescription:
        'image-mirror: a schedule could not start its run and could not queue the failed start: its role or the ' +
        'queue was changed or deleted. What to do: restore it, which CloudFormation shows as drift of the stack; then ' +
        'start the missed run with the input {}. More: docs/runbook.md#notdelivered',
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    .addAlarmAction(new SnsAction(topic))
}
