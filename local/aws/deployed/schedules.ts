/**
 * EventBridge Scheduler on loopback: the schedules that stacks have deployed.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html
 */
import { arnOf } from '../arn.ts'
import { AwsError } from '../aws-json.ts'
import type { RestRequest, RestService } from '../rest-json.ts'
import type { Hosted } from './hosted.ts'
import { findResource, referenced } from './stack-resources.ts'

const DEFAULT_GROUP = 'default'

export function schedules(account: string, hosted: Pick<Hosted, 'stacks' | 'account'>): RestService {
  const groupIn = ({ query }: RestRequest): string => query.get('groupName') ?? DEFAULT_GROUP
  const resourceOf = (request: RestRequest): string =>
    arnOf('scheduler', request.region, account, `schedule/${groupIn(request)}/${request.name}`)

  function getSchedule(request: RestRequest): object {
    const { name, region } = request
    const found = findResource(hosted, region, 'AWS::Scheduler::Schedule', name)
    const group = found && (referenced(found.stack, found.properties.GroupName) ?? DEFAULT_GROUP)
    if (found === undefined || group !== groupIn(request))
      throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`)
    return {
      Arn: resourceOf(request),
      GroupName: group,
      Name: name,
      ScheduleExpression: found.properties.ScheduleExpression,
      State: hosted.account.disabledSchedules.has(name) ? 'DISABLED' : 'ENABLED',
    }
  }

  return {
    name: 'scheduler',
    operations: [
      {
        action: 'GetSchedule',
        method: 'GET',
        path: /^\/schedules\/(?<name>[^/]{1,200})$/,
        resourceOf,
        answer: getSchedule,
      },
    ],
  }
}
