/** Defines the command `plan`: argument, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { defineCommand, inputOf, moreHelp } from '../program/define.ts'

export interface PlanOptions {
  readonly list: string
  readonly bytes: boolean
  readonly json: boolean
}

const MORE = `
For each image, it prints which tags are selected and what dropped the others, and for each target what it lacks,
which tags would change, and which repositories would be created. It writes nothing anywhere.

For sources, it uses the credentials of "docker login" and "podman login", as "copy" does; for ECR, the AWS
credentials that the aws command uses. To know how many bytes a target lacks, it reads the manifests of new content;
registries such as Docker Hub count these reads as pulls. --no-bytes leaves them out.

Examples:
  npx image-mirror plan mirror.yaml
  npx image-mirror plan --json --no-bytes lists/tools.yaml

Exit status: 0 nothing to do, 3 something to do, 1 something failed, 2 invalid list or usage, 4 a list in AWS cannot be
read or, if all targets are in ECR, there are no AWS credentials, 130 interrupted.`

export function planCommand(choose: (options: PlanOptions) => void): CommandUnknownOpts {
  return defineCommand('plan')
    .summary('shows what a run of a list would do, and why')
    .description('Asks the real registries what a run of a list would do, and explains why.')
    .argument('[list]', 'list of images; - reads it from standard input', inputOf('the list'), 'mirror.yaml')
    .option('--no-bytes', 'skip the sizes, which need manifests of the sources')
    .option('--json', 'print a JSON document')
    .addHelpText('after', moreHelp(MORE))
    .action((list, { bytes, json = false }) => choose({ list, bytes, json }))
}
