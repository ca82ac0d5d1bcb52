// The alarm of undelivered events: its state, and its way from CloudWatch to the queue of alerts.
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch'
import type { Step } from '../step.ts'
import { until, type World } from '../world.ts'
import { received } from './alert.ts'

export const alarm: Step = {
  name: 'alarm',
  async run(world) {
    const client = new CloudWatchClient({ region: world.home })
    try {
      const [AlarmName, state] = await alarmOf(client, world)
      // A new alarm has no data yet.
      if (state === 'ALARM') throw new Error(`${AlarmName} is in ALARM: events were not delivered`)
      const StateReason = 'a test of the way to its subscribers'
      await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason }))
      // CloudWatch may evaluate the alarm again within seconds, so that only its message proves the state.
      const text = await until(world, 'a message of the alarm', () => received(world, AlarmName))
      if (!/NewStateValue\\?":\s?\\?"ALARM/.test(text))
        throw new Error(`the message does not name the state of the alarm: ${text}`)
      await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason }))
      return `${AlarmName} was ${state}, and its message arrived`
    } finally {
      client.destroy()
    }
  },
}

async function alarmOf(client: CloudWatchClient, { names }: World): Promise<[name: string, state: string]> {
  const { MetricAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: `${names.stack}-` }),
  )
  const found = MetricAlarms.find(({ AlarmName = '' }) => AlarmName.includes('NotDelivered'))
  if (found?.AlarmName === undefined) throw new Error(`${names.stack} has no alarm of undelivered events`)
  return [found.AlarmName, found.StateValue ?? '']
}
