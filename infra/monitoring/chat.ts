/** Sends the alarms of a mirror to chats too: Amazon Q Developer understands CloudWatch's own messages. */
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { isFreshnessAlarm } from './freshness-alarms.ts'

/** All alarms below the scope that exist so far. */
export function notifyChat(scope: Construct, topic: ITopic): void {
  const action = new SnsAction(topic)
  for (const alarm of scope.node.findAll()) {
    if (!(alarm instanceof Alarm)) continue
    alarm.addAlarmAction(action)
    if (isFreshnessAlarm(alarm)) alarm.addInsufficientDataAction(action)
  }
}
