/** Checks the stack of the mirror: its state, and the version that deployed it. */
import lt from 'semver/functions/lt.js'
import valid from 'semver/functions/valid.js'
import { VERSION_TAG } from '../../../../mirror/version-tag.ts'
import manifest from '../../../../package.json' with { type: 'json' }
import { type Check, type Context, deployCommand } from '../context.ts'
import { type Finding, failed, ok, warning } from '../document.ts'
import type { StackContent } from '../stack-content.ts'

export const stack: Check = {
  name: 'stack',
  run: async (context) => [stackFinding(context.stack, context)],
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export function stackFinding({ name, region, status }: StackContent, context: Context): Finding {
  const found = `${name} in ${region} is ${status}`
  const command = deployCommand(context)
  if (status.endsWith('_IN_PROGRESS'))
    return warning(found, { remedy: 'Wait until the deployment has ended, and check again.' })
  if (['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'].includes(status)) return ok(found)
  if (status === 'UPDATE_ROLLBACK_COMPLETE')
    return warning(`${found}: the last deployment failed, and the one before is in force`, {
      remedy: "Find the reason in the stack's events, and deploy again:",
      command,
    })
  return failed(found, { remedy: "Find the reason in the stack's events, and deploy again:", command })
}

export const version: Check = {
  name: 'version',
  run: async (context) => [versionFinding(deployedVersion(context.stack), manifest.version, context)],
}

function deployedVersion({ resources }: StackContent): string | undefined {
  const tags = resources('AWS::StepFunctions::StateMachine').flatMap(({ properties }) => properties.Tags)
  for (const tag of tags as readonly { Key?: unknown; Value?: unknown }[])
    if (tag?.Key === VERSION_TAG) return String(tag.Value)
  return undefined
}

export function versionFinding(deployed: string | undefined, own: string, context: Context): Finding {
  if (deployed === own) return ok(`${own} is deployed, the version of this program`)
  if (deployed !== undefined && valid(deployed) !== null && lt(own, deployed))
    return warning(`${deployed} is deployed, and this program is ${own}`, {
      remedy: 'Update this program: an older one may not know what is deployed.',
    })
  return warning(`${deployed ?? 'an older version'} is deployed, and this program is ${own}`, {
    remedy: 'Deploy this version (docs/deploy.md), or use the version that is deployed:',
    command: deployCommand(context),
  })
}
