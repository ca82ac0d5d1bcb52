/** Checks that the EventBridge rules of all stacks exist, are enabled and have their targets. */
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { plural } from '../../../../mirror/units.ts'
import { awsCommand, type Check, type Context, deployCommand, using } from '../context.ts'
import { allOk, type Finding, failed, type Remedy } from '../document.ts'
import type { StackContent } from '../stack-content.ts'
import { stacksOf } from '../stacks.ts'

export const rules: Check = {
  name: 'rules',
  async run(context) {
    const stacks = await stacksOf(context)
    const found = await Promise.all(stacks.map((stack) => findingsOf(context, stack)))
    const all = found.flat()
    return allOk(`${plural(all.length, 'rule')} enabled`, all)
  },
}

function findingsOf(context: Context, stack: StackContent): Promise<(Finding | undefined)[]> {
  return using(new EventBridgeClient(context.config(stack.region)), (client) =>
    Promise.all(
      stack.resources('AWS::Events::Rule').map((rule) => problemOf(context, client, stack.region, rule)),
    ),
  )
}

async function problemOf(
  context: Context,
  client: EventBridgeClient,
  region: string,
  { physicalId: Name, properties }: { readonly physicalId: string; readonly properties: object },
): Promise<Finding | undefined> {
  const about = 'Description' in properties ? ` ("${String(properties.Description)}")` : ''
  const named = `the rule ${Name}${about} in ${region}`
  try {
    const request = client.send(new DescribeRuleCommand({ Name }))
    const { State } = await context.deployed.mirror.ask('events:DescribeRule', request)
    if (State !== 'DISABLED') return await targetProblem(context, client, { Name, named, properties })
    return failed(`${named} is disabled`, {
      remedy: 'Enable it:',
      command: awsCommand(context, `events enable-rule --name ${Name}`, region),
    })
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error
    return failed(`${named} was deleted`, restore(context))
  }
}

/** A rule that the stack made has as many targets as its template. */
async function targetProblem(
  context: Context,
  client: EventBridgeClient,
  { Name, named, properties }: { readonly Name: string; readonly named: string; readonly properties: object },
): Promise<Finding | undefined> {
  const deployed =
    'Targets' in properties && Array.isArray(properties.Targets) ? properties.Targets.length : 0
  const request = client.send(new ListTargetsByRuleCommand({ Rule: Name }))
  const { Targets = [] } = await context.deployed.mirror.ask('events:ListTargetsByRule', request)
  if (Targets.length >= deployed) return undefined
  return failed(`${named} has ${Targets.length} of its ${plural(deployed, 'target')}`, restore(context))
}

function restore(context: Context): Remedy {
  return {
    remedy: 'CloudFormation does not restore it: delete the stack and deploy it again.',
    command: deployCommand(context),
  }
}
