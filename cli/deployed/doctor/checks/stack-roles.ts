/** Checks that the roles of all stacks exist: schedules, rules, functions and builds fail without theirs. */
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { plural } from '../../../../mirror/units.ts'
import { type Check, type Context, deployCommand, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'
import { type PlacedResource, resourcesOf } from '../stacks.ts'

export const stackRoles: Check = {
  name: 'stack roles',
  async run(context) {
    const found = await resourcesOf(context, 'AWS::IAM::Role')
    const problems = await using(new IAMClient(context.config()), (client) =>
      Promise.all(found.map((role) => problemOf(context, client, role))),
    )
    return allOk(`${plural(found.length, 'role')} present`, problems)
  },
}

async function problemOf(
  context: Context,
  client: IAMClient,
  { physicalId: RoleName, properties }: PlacedResource,
): Promise<Finding | undefined> {
  try {
    await context.deployed.mirror.ask('iam:GetRole', client.send(new GetRoleCommand({ RoleName })))
    return undefined
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('NoSuchEntity')) throw error
    const use = typeof properties.Description === 'string' ? ` ("${properties.Description}")` : ''
    return failed(`the role ${RoleName}${use} was deleted`, {
      remedy: 'CloudFormation does not restore it: delete the stack and deploy it again.',
      command: deployCommand(context),
    })
  }
}
