/**
 * CloudWatch alarms on loopback, as stacks have deployed them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
import { z } from 'zod'
import { arnOf } from '../arn.ts'
import { AwsError, type Service } from '../aws-json.ts'
import type { AccountState } from './account-state.ts'
import type { DeployedStack } from './cloud-formation.ts'

const TYPE = 'AWS::CloudWatch::Alarm'

const inputSchema = z.strictObject({
  AlarmNames: z.array(z.string().min(1).max(255)).max(100).optional(),
  MaxRecords: z.int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
})

/** @param stacks - may grow */
export function alarms(account: string, stacks: readonly DeployedStack[], state: AccountState): Service {
  function describeAlarms(input: unknown, region: string): object {
    const { success, data, error } = inputSchema.safeParse(input)
    if (!success) throw new AwsError('ValidationError', z.prettifyError(error))
    const { AlarmNames, MaxRecords, NextToken = '0' } = data
    const found = stacks
      .filter((stack) => stack.region === region)
      .flatMap(({ resources = [] }) => resources)
      .filter(({ type, physicalId }) => type === TYPE && !state.deleted.has(physicalId))
      .filter(({ physicalId }) => AlarmNames === undefined || AlarmNames.includes(physicalId))
    const from = Number(NextToken)
    const to = from + MaxRecords
    return {
      MetricAlarms: found.slice(from, to).map(({ physicalId }) => ({
        AlarmName: physicalId,
        AlarmArn: arnOf('cloudwatch', region, account, `alarm:${physicalId}`),
        ActionsEnabled: true,
        StateValue: state.alarms.get(physicalId) ?? 'OK',
        StateUpdatedTimestamp: Date.now() / 1000,
      })),
      CompositeAlarms: [],
      ...(to < found.length ? { NextToken: String(to) } : {}),
    }
  }

  return {
    name: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    anyRegion: true,
    resourceOf: () => '*',
    async answer(action, input, { region }) {
      if (action === 'DescribeAlarms') return describeAlarms(input, region)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded CloudWatch`)
    },
  }
}
