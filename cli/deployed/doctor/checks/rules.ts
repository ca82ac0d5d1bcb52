/** Checks that the EventBridge rules of all stacks exist, are enabled and have their targets. */
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { plural } from '../../../../mirror/units.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { awsCommand, type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'
import { restore } from '../restore.ts'
import type { StackContent, StackResource } from '../stack-content.ts'
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
  { physicalId: Name, properties: { Description, Targets } }: StackResource,
): Promise<Finding | undefined> {
  const about = Description === undefined ? '' : ` ("${String(Description)}")`
  const named = `the rule ${Name}${about} in ${region}`
  const { ask } = context.deployed.mirror
  const described = ask('events:DescribeRule', client.send(new DescribeRuleCommand({ Name })))
  const rule = await ifExists(described, 'ResourceNotFoundException')
  if (rule === undefined) return failed(`${named} was deleted`, restore(context))
  if (rule.State === 'DISABLED')
    return failed(`${named} is disabled`, {
      remedy: 'Enable it:',
      command: awsCommand(context, `events enable-rule --name ${Name}`, region),
    })
  const deployed = Array.isArray(Targets) ? Targets.length : 0
  const left = await targetsOf(context, client, Name)
  if (left >= deployed) return undefined
  return failed(`${named} has ${left} of its ${plural(deployed, 'target')}`, restore(context))
}

/** The number of targets that the rule has now; 0 if it was deleted meanwhile. */
async function targetsOf(context: Context, client: EventBridgeClient, Rule: string): Promise<number> {
  const request = client.send(new ListTargetsByRuleCommand({ Rule }))
  const listed = context.deployed.mirror.ask('events:ListTargetsByRule', request)
  const found = await ifExists(listed, 'ResourceNotFoundException')
  return found?.Targets?.length ?? 0
}
