/** Defines the command `target-account`: arguments, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { defineCommand, inputOf, moreHelp } from '../program/define.ts'
import { UsageError } from '../program/usage-error.ts'

export interface TargetAccountOptions {
  /** The name of the target in the list. */
  readonly name: string
  readonly list: string
  /** The account of the mirror. */
  readonly mirrorAccount: string
  /** ARNs of its roles. @default - the roles of stacks whose name begins with `ImageMirror-` */
  readonly mirrorRoles?: readonly string[]
}

const MORE = `
Deploy the template in the other account: once for a target with a "role", and in each region of a target without one.
A registry has only one registry policy: the template replaces it. It works for all actions only in version 2, which
registries made before 2024-12-23 must choose:

  aws ecr put-account-setting --name REGISTRY_POLICY_SCOPE --value V2

Examples:
  npx image-mirror target-account prod --mirror-account 123456789012 > t.json
  aws cloudformation deploy --stack-name image-mirror-target \\
    --template-file t.json --capabilities CAPABILITY_NAMED_IAM

Exit status: 0 done, 2 invalid list or usage.`

export function targetAccountCommand(choose: (options: TargetAccountOptions) => void): CommandUnknownOpts {
  return defineCommand('target-account')
    .summary("prints the CloudFormation template for a target's account")
    .description(
      'Prints the CloudFormation template that lets a mirror write to a target of its list that is another account.',
    )
    .argument('<name>', 'name of the target in the list')
    .option('--list <file>', 'list of images', inputOf('--list'), 'mirror.yaml')
    .requiredOption('--mirror-account <id>', 'account of the mirror', accountOf)
    .option(
      '--mirror-roles <arns>',
      'roles of its Diff and Sync, with * for any characters (default: those of stacks named ImageMirror-…)',
      (text: string) => text.split(','),
    )
    .addHelpText('after', moreHelp(MORE))
    .action((name, { list, mirrorAccount, mirrorRoles }) =>
      choose({ name, list, mirrorAccount, ...(mirrorRoles && { mirrorRoles }) }),
    )
}

function accountOf(text: string): string {
  if (/^\d{12}$/.test(text)) return text
  throw new UsageError(`--mirror-account: "${text}" is not the id of an account; it has 12 digits`)
}
