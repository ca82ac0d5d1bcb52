/** Defines the command `auth`: argument, flag and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { defineCommand, inputOf, moreHelp } from '../program/define.ts'

export interface AuthOptions {
  readonly list: string
  readonly json: boolean
}

const MORE = `
"In commands" is what "plan", "tags" and "copy" use on this machine: the credentials of "docker login" and
"podman login", and for ECR the AWS credentials that the aws command uses. "In runs" is what the deployed mirror uses:
the secrets that the list names, and nothing from this machine. "auth" reads them with your AWS credentials.
It requests a tag of each repository of each registry. It writes nothing, and prints no secret.

Examples:
  npx image-mirror auth mirror.yaml
  npx image-mirror auth --json lists/tools.yaml

Exit status: 0 all credentials work, 1 some do not, 2 invalid list or usage, 4 a list in AWS cannot
be read, 130 interrupted.`

export function authCommand(choose: (options: AuthOptions) => void): CommandUnknownOpts {
  return defineCommand('auth')
    .summary('shows which credentials are used for each registry, and whether they work')
    .description(
      'Shows which credentials are used for each registry of a list, where they come from, and whether they work.',
    )
    .argument('[list]', 'list of images; - reads it from standard input', inputOf('the list'), 'mirror.yaml')
    .option('--json', 'print a JSON document')
    .addHelpText('after', moreHelp(MORE))
    .action((list, { json = false }) => choose({ list, json }))
}
