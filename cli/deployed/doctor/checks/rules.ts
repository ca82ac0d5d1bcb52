/** Checks that the EventBridge rules of all stacks exist and are enabled. */
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { plural } from '../../../../mirror/page/units.ts'
import { awsCommand, type Check, type Context, deployCommand, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'
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
  try {
    const request = client.send(new DescribeRuleCommand({ Name }))
    const { State } = await context.deployed.mirror.ask('events:DescribeRule', request)
    if (State !== 'DISABLED') return undefined
    return failed(`the rule ${Name}${about} in ${region} is disabled`, {
      remedy: 'Enable it:',
      command: awsCommand(context, `events enable-rule --name ${Name}`, region),
    })
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error
    return failed(`the rule ${Name}${about} in ${region} was deleted`, {
      remedy: 'CloudFormation does not restore it: delete the stack and deploy it again.',
      command: deployCommand(context),
    })
  }
}
