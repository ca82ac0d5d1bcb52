/**
 * EventBridge rules on loopback, as stacks have deployed them.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
 */
import { z } from 'zod'
import { arnOf } from '../arn.ts'
import { AwsError, type Scope, type Service } from '../aws-json.ts'
import type { AccountState } from './account-state.ts'
import type { DeployedStack } from './cloud-formation.ts'

const inputSchema = z.strictObject({
  Name: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  EventBusName: z.string().optional(),
})

/** @param stacks - may grow */
export function eventRules(account: string, stacks: readonly DeployedStack[], state: AccountState): Service {
  const ruleArn = (name: string, { region }: Scope) => arnOf('events', region, account, `rule/${name}`)

  function describeRule(input: unknown, scope: Scope): object {
    const { success, data, error } = inputSchema.safeParse(input)
    if (!success) throw new AwsError('ValidationException', z.prettifyError(error))
    const { Name, EventBusName = 'default' } = data
    if (EventBusName !== 'default')
      throw new AwsError('ResourceNotFoundException', `Event bus ${EventBusName} does not exist.`)
    const exists = stacks.some(
      ({ region, resources = [] }) =>
        region === scope.region &&
        resources.some(({ type, physicalId }) => type === 'AWS::Events::Rule' && physicalId === Name),
    )
    if (!exists || state.deleted.has(Name))
      throw new AwsError('ResourceNotFoundException', `Rule ${Name} does not exist on EventBus default.`)
    return {
      Name,
      Arn: ruleArn(Name, scope),
      EventBusName: 'default',
      State: state.disabledRules.has(Name) ? 'DISABLED' : 'ENABLED',
    }
  }

  return {
    name: 'events',
    target: 'AWSEvents',
    anyRegion: true,
    resourceOf(input, scope) {
      const { data } = inputSchema.safeParse(input)
      return data === undefined ? '*' : ruleArn(data.Name, scope)
    },
    async answer(action, input, scope) {
      if (action === 'DescribeRule') return describeRule(input, scope)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded EventBridge`)
    },
  }
}
