/** Checks that the alarms of the mirror exist, send messages, and are not in ALARM. */
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch'
import { plural } from '../../../../mirror/units.ts'
import { pagesOf } from '../../aws/pages.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed, warning } from '../document.ts'
import { restore } from '../restore.ts'

const MAX_NAMES = 100

export const alarms: Check = {
  name: 'alarms',
  async run(context) {
    const names = context.stack.resources('AWS::CloudWatch::Alarm').map(({ physicalId }) => physicalId)
    const states = await statesOf(context, names)
    const problems = names.map((name) => problemOf(context, name, states.get(name)))
    return allOk(`${plural(names.length, 'alarm')}, none in ALARM`, problems)
  },
}

interface State {
  readonly value: string
  readonly enabled: boolean
}

async function statesOf(context: Context, names: readonly string[]): Promise<ReadonlyMap<string, State>> {
  const { ask } = context.deployed.mirror
  const found = new Map<string, State>()
  return using(new CloudWatchClient(context.config()), async (client) => {
    for (let from = 0; from < names.length; from += MAX_NAMES) {
      const AlarmNames = names.slice(from, from + MAX_NAMES)
      const pages = paginateDescribeAlarms({ client }, { AlarmNames })
      for await (const { MetricAlarms = [] } of pagesOf(ask, 'cloudwatch:DescribeAlarms', pages))
        for (const { AlarmName = '', StateValue = '', ActionsEnabled = true } of MetricAlarms)
          found.set(AlarmName, { value: StateValue, enabled: ActionsEnabled })
    }
    return found
  })
}

function problemOf(context: Context, name: string, state: State | undefined): Finding | undefined {
  if (state === undefined) return failed(`the alarm ${name} was deleted`, restore(context))
  if (state.value === 'ALARM')
    return failed(`the alarm ${name} is in ALARM`, {
      remedy: 'Its description says what to do (docs/runbook.md):',
      command: awsCommand(context, `cloudwatch describe-alarms --alarm-names ${name}`),
    })
  if (state.enabled) return undefined
  return warning(`the alarm ${name} sends no messages: its actions are disabled`, {
    remedy: 'Enable them:',
    command: awsCommand(context, `cloudwatch enable-alarm-actions --alarm-names ${name}`),
  })
}
