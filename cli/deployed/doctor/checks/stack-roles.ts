/** Checks that the roles of all stacks exist: schedules, rules, functions and builds fail without theirs. */
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { plural } from '../../../../mirror/units.ts'
import { ifExists } from '../../aws/if-exists.ts'
import { type Check, type Context, using } from '../context.ts'
import { allOk, type Finding, failed } from '../document.ts'
import { restore } from '../restore.ts'
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

/** IAM's API and the SDK differ in the name. */
const MISSING = ['NoSuchEntity', 'NoSuchEntityException'] as const

async function problemOf(
  context: Context,
  client: IAMClient,
  { physicalId: RoleName, properties }: PlacedResource,
): Promise<Finding | undefined> {
  const request = client.send(new GetRoleCommand({ RoleName }))
  const found = await ifExists(context.deployed.mirror.ask('iam:GetRole', request), ...MISSING)
  if (found !== undefined) return undefined
  const use = typeof properties.Description === 'string' ? ` ("${properties.Description}")` : ''
  return failed(`the role ${RoleName}${use} was deleted`, restore(context))
}
