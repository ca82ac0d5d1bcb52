/** Checks that the schedules of the mirror exist and are enabled. */
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { plural } from '../../../../mirror/units.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed, ok } from '../document.ts'
import { restore } from '../restore.ts'
import type { StackContent, StackResource } from '../stack-content.ts'

export const schedules: Check = {
  name: 'schedules',
  async run(context) {
    const found = context.stack.resources('AWS::Scheduler::Schedule')
    if (found.length === 0) return [ok('the list has none: only pushes and people start runs')]
    const problems = await using(new SchedulerClient(context.config()), (client) =>
      Promise.all(found.map((one) => problemOf(context, client, one))),
    )
    return allOk(`${plural(found.length, 'schedule')} enabled`, problems)
  },
}

async function problemOf(
  context: Context,
  client: SchedulerClient,
  { physicalId: Name, properties }: StackResource,
): Promise<Finding | undefined> {
  const GroupName = groupOf(context.stack, properties)
  const named = `the schedule ${Name} (${properties.ScheduleExpression})`
  const { ask } = context.deployed.mirror
  const request = client.send(new GetScheduleCommand({ Name, GroupName }))
  const found = await ifExists(ask('scheduler:GetSchedule', request), 'ResourceNotFoundException')
  if (found === undefined) return failed(`${named} was deleted`, restore(context))
  if (found.State !== 'DISABLED') return undefined
  return failed(`${named} is disabled: it starts no runs`, {
    remedy: 'Enable it:',
    command: enableCommand(context, Name, GroupName),
  })
}

function groupOf(
  { resources }: StackContent,
  { GroupName }: StackResource['properties'],
): string | undefined {
  if (typeof GroupName === 'string') return GroupName
  const { Ref } = (GroupName ?? {}) as { Ref?: unknown }
  return resources('AWS::Scheduler::ScheduleGroup').find(({ id }) => id === Ref)?.physicalId
}

/** UpdateSchedule replaces the whole schedule: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html */
const KEPT = [
  'Name',
  'GroupName',
  'Description',
  'ScheduleExpression',
  'ScheduleExpressionTimezone',
  'FlexibleTimeWindow',
  'Target',
]

function enableCommand(context: Context, name: string, group: string | undefined): string {
  const ofGroup = group === undefined ? '' : ` --group-name ${group}`
  const kept = KEPT.map((key) => `${key}:${key}`).join(',')
  const get = awsCommand(
    context,
    `scheduler get-schedule --name ${name}${ofGroup} --output json --query "{${kept},State:'ENABLED'}"`,
  )
  return awsCommand(context, `scheduler update-schedule --cli-input-json "$(${get})"`)
}
