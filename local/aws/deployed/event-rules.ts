/**
 * EventBridge rules on loopback, as stacks have deployed them.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
 */
import { z } from 'zod'
import { partitionOf } from '../../../mirror/list/partitions.ts'
import { openTemplate } from '../../cloudformation/template.ts'
import { asArray, isObject, type JsonObject } from '../../json.ts'
import { arnOf } from '../arn.ts'
import { AwsError, type Scope, type Service } from '../aws-json.ts'
import type { AccountState } from './account-state.ts'
import type { DeployedStack } from './cloud-formation.ts'
import { findResource } from './stack-resources.ts'

const nameSchema = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/)
const inputSchema = z.strictObject({ Name: nameSchema, EventBusName: z.string().optional() })
const targetsSchema = z.strictObject({ Rule: nameSchema, EventBusName: z.string().optional() })

/** @param stacks - may grow */
export function eventRules(account: string, stacks: readonly DeployedStack[], state: AccountState): Service {
  const ruleArn = (name: string, { region }: Scope) => arnOf('events', region, account, `rule/${name}`)

  function describeRule(input: unknown, scope: Scope): object {
    const { Name, EventBusName } = parse(inputSchema, input)
    find(Name, scope, EventBusName)
    return {
      Name,
      Arn: ruleArn(Name, scope),
      EventBusName: 'default',
      State: state.disabledRules.has(Name) ? 'DISABLED' : 'ENABLED',
    }
  }

  function listTargets(input: unknown, scope: Scope): object {
    const { Rule, EventBusName } = parse(targetsSchema, input)
    const { name: stack, region, template = '{}' } = find(Rule, scope, EventBusName)
    if (state.rulesWithoutTargets.has(Rule)) return { Targets: [] }
    const place = { account, region, partition: partitionOf(region), stack }
    const rules = openTemplate(JSON.parse(template) as JsonObject, place).resources('AWS::Events::Rule')
    const targets = asArray(rules.find(({ name }) => name === Rule)?.properties.Targets).filter(isObject)
    return { Targets: targets.map(({ Id, Arn }) => ({ Id, Arn })) }
  }

  function find(name: string, { region }: Scope, bus = 'default'): DeployedStack {
    if (bus !== 'default') throw new AwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`)
    const found = findResource({ stacks, account: state }, region, 'AWS::Events::Rule', name)
    if (found !== undefined) return found.stack
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`)
  }

  return {
    name: 'events',
    target: 'AWSEvents',
    anyRegion: true,
    resourceOf(input, scope) {
      const name = inputSchema.safeParse(input).data?.Name ?? targetsSchema.safeParse(input).data?.Rule
      return name === undefined ? '*' : ruleArn(name, scope)
    },
    async answer(action, input, scope) {
      if (action === 'DescribeRule') return describeRule(input, scope)
      if (action === 'ListTargetsByRule') return listTargets(input, scope)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded EventBridge`)
    },
  }
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const { success, data, error } = schema.safeParse(input)
  if (success) return data
  throw new AwsError('ValidationException', z.prettifyError(error))
}
