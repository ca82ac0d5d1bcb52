/** Checks that the state machine still has its log and its traces, as deployed. */
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn'
import { z } from 'zod'
import { partitionOf } from '../../../../mirror/list/partitions.ts'
import { quoteForShell } from '../../../../mirror/shell.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed, warning } from '../document.ts'
import { restore } from '../restore.ts'
import type { StackResource } from '../stack-content.ts'

export const stateMachine: Check = {
  name: 'state machine',
  async run(context) {
    const found = context.stack.resources('AWS::StepFunctions::StateMachine')
    const problems = await using(new SFNClient(context.config()), (client) =>
      Promise.all(found.map((machine) => problemsOf(context, client, machine))),
    )
    return allOk('its log and its traces are as deployed', problems.flat())
  },
}

const deployedSchema = z.object({
  LoggingConfiguration: z
    .object({
      Level: z.string(),
      IncludeExecutionData: z.boolean().default(false),
      Destinations: z.array(z.unknown()).default([]),
    })
    .optional(),
  TracingConfiguration: z.object({ Enabled: z.boolean() }).optional(),
})

async function problemsOf(
  context: Context,
  client: SFNClient,
  { physicalId: stateMachineArn, properties }: StackResource,
): Promise<(Finding | undefined)[]> {
  const deployed = deployedSchema.parse(properties)
  const update = (settings: string): string =>
    awsCommand(
      context,
      `stepfunctions update-state-machine --state-machine-arn ${quoteForShell(stateMachineArn)} ${settings}`,
    )
  const { ask } = context.deployed.mirror
  const request = client.send(new DescribeStateMachineCommand({ stateMachineArn }))
  const found = await ifExists(ask('states:DescribeStateMachine', request), 'StateMachineDoesNotExist')
  if (found === undefined) return [failed('it was deleted', restore(context))]
  if (found.status === 'DELETING') return [failed('it is being deleted', restore(context))]
  const { LoggingConfiguration: logging, TracingConfiguration: tracing } = deployed
  const level = found.loggingConfiguration?.level ?? 'OFF'
  return [
    logging === undefined || logging.Level === level
      ? undefined
      : warning(`its log has the level ${level}, and was deployed with ${logging.Level}`, {
          remedy: 'Its failures are hard to explain without it. Restore it:',
          command: update(
            `--logging-configuration ${quoteForShell(JSON.stringify(loggingOf(context, logging)))}`,
          ),
        }),
    tracing?.Enabled !== true || found.tracingConfiguration?.enabled === true
      ? undefined
      : warning('it is not traced any more', {
          remedy: 'Restore its traces in X-Ray:',
          command: update('--tracing-configuration enabled=true'),
        }),
  ]
}

/** As in the template, with the name that the log group got. */
function loggingOf(
  { stack, deployed }: Context,
  {
    Level,
    IncludeExecutionData,
    Destinations,
  }: NonNullable<z.infer<typeof deployedSchema>['LoggingConfiguration']>,
): object {
  const { region, account } = deployed.mirror
  const logGroups = stack
    .resources('AWS::Logs::LogGroup')
    .filter(({ id }) => JSON.stringify(Destinations).includes(`"${id}"`))
  return {
    level: Level,
    includeExecutionData: IncludeExecutionData,
    destinations: logGroups.map(({ physicalId }) => ({
      cloudWatchLogsLogGroup: {
        logGroupArn: `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${physicalId}:*`,
      },
    })),
  }
}
