/**
 * CloudWatch alarms on loopback, as stacks have deployed them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
import { z } from 'zod'
import { arnOf } from '../arn.ts'
import { AwsError, type Service } from '../aws-json.ts'
import type { Hosted } from './hosted.ts'

const TYPE = 'AWS::CloudWatch::Alarm'

const inputSchema = z.strictObject({
  AlarmNamePrefix: z.string().min(1).max(255).optional(),
  AlarmNames: z.array(z.string().min(1).max(255)).max(100).optional(),
  MaxRecords: z.int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
})

type Input = z.output<typeof inputSchema>

const stateSchema = z.strictObject({
  AlarmName: z.string().min(1).max(255),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  StateReason: z.string().max(1023),
})

export function alarms(account: string, hosted: Pick<Hosted, 'stacks' | 'account' | 'notify'>): Service {
  const { stacks, account: state } = hosted
  const stateOf = (name: string) => state.alarms.get(name) ?? 'OK'

  function alarmsIn(region: string): string[] {
    return stacks
      .filter((stack) => stack.region === region)
      .flatMap(({ resources = [] }) => resources)
      .filter(({ type, physicalId }) => type === TYPE && !state.deleted.has(physicalId))
      .map(({ physicalId }) => physicalId)
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
  async function setAlarmState(input: unknown, region: string): Promise<object> {
    const { success, data, error } = stateSchema.safeParse(input)
    if (!success) throw new AwsError('ValidationError', z.prettifyError(error))
    const { AlarmName, StateValue } = data
    if (!alarmsIn(region).includes(AlarmName))
      throw new AwsError('ResourceNotFound', `Alarm ${AlarmName} does not exist`)
    const before = stateOf(AlarmName)
    if (StateValue === 'OK') state.alarms.delete(AlarmName)
    else state.alarms.set(AlarmName, StateValue)
    // CloudWatch invokes actions only when the state changes.
    if (StateValue === 'ALARM' && before !== 'ALARM') await hosted.notify(AlarmName)
    return {}
  }

  function describeAlarms(input: unknown, region: string): object {
    const { success, data, error } = inputSchema.safeParse(input)
    if (!success) throw new AwsError('ValidationError', z.prettifyError(error))
    const { AlarmNames, AlarmNamePrefix = '', MaxRecords } = data
    if (AlarmNames !== undefined && data.AlarmNamePrefix !== undefined)
      throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix exclude each other')
    const found = alarmsIn(region)
      .filter((name) => AlarmNames === undefined || AlarmNames.includes(name))
      .filter((name) => name.startsWith(AlarmNamePrefix))
    const from = startOf(data, found.length)
    const to = from + MaxRecords
    return {
      MetricAlarms: found.slice(from, to).map((name) => ({
        AlarmName: name,
        AlarmArn: arnOf('cloudwatch', region, account, `alarm:${name}`),
        ActionsEnabled: true,
        StateValue: stateOf(name),
        StateUpdatedTimestamp: Date.now() / 1000,
      })),
      CompositeAlarms: [],
      ...(to < found.length ? { NextToken: String(to) } : {}),
    }
  }

  return {
    name: 'cloudwatch',
    signingName: 'monitoring',
    target: 'GraniteServiceVersion20100801',
    anyRegion: true,
    resourceOf: () => '*',
    async answer(action, input, { region }) {
      if (action === 'DescribeAlarms') return describeAlarms(input, region)
      if (action === 'SetAlarmState') return setAlarmState(input, region)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded CloudWatch`)
    },
  }
}

/** The index of the first alarm of a page. */
function startOf({ NextToken = '0' }: Input, count: number): number {
  const start = /^\d{1,9}$/.test(NextToken) ? Number(NextToken) : count
  if (start === 0 || start < count) return start
  throw new AwsError('InvalidNextToken', 'The next token specified is invalid.')
}
