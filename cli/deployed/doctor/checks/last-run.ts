/** Checks that the mirror runs: the outcome of its latest run, and its age. */
import { isRunning } from '../../aws/executions.ts'
import { commandText } from '../../run/text.ts'
import { ago } from '../../status/text.ts'
import type { Check } from '../context.ts'
import { failed, ok, warning } from '../document.ts'
import type { StackContent } from '../stack-content.ts'

const HOUR_MS = 3_600_000

export const lastRun: Check = {
  name: 'last run',
  async run({ deployed, stack, now }) {
    const { executions, mirror } = deployed
    const start = commandText('start', [], mirror.place)
    const [latest] = await executions.recent(1)
    if (latest === undefined)
      return [warning('there was none in the last 90 days', { remedy: 'Start one:', command: start })]
    const { run, status, started } = latest
    const found = `${run}, ${ago(started.toISOString(), now)} ago: ${status}`
    const hours = longestGap(stack)
    if (!isRunning(latest) && now.getTime() - started.getTime() > hours * HOUR_MS)
      return [
        failed(`${found}; a schedule should have started one within ${hours} hours`, {
          remedy: 'See docs/runbook.md#notfresh; start one by hand:',
          command: start,
        }),
      ]
    if (status === 'SUCCEEDED' || isRunning(latest)) return [ok(found)]
    return [
      failed(found, {
        remedy: 'See what failed, and run the failed pairs again:',
        command: commandText('rerun', [run], mirror.place),
      }),
    ]
  },
}

/** The time without a report after which the alarm of a schedule gives notice, for the most frequent schedule. */
function longestGap({ resources }: StackContent): number {
  const hours = resources('AWS::CloudWatch::Alarm')
    .filter(({ properties }) => String(properties.AlarmDescription).includes('docs/runbook.md#notfresh'))
    .map(({ properties }) => Number(properties.EvaluationPeriods))
  return Math.min(...hours)
}
