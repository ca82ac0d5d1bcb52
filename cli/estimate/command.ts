/** Defines the command `estimate`: flags and help. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { DEFAULT_CONCURRENCY } from '../../estimate/estimate-model.ts'
import { amountOf, defineCommand, moreHelp, pathOf } from '../program/define.ts'

export interface EstimateOptions {
  readonly list: string
  readonly runs: number
  readonly changes: number
  readonly gb: number
  readonly builds: number
  readonly compute: 'ec2' | 'lambda'
  readonly json: boolean
}

const MORE = `
Prices are those of us-east-1, without free tiers. The estimate is an upper bound: it counts every byte of a changed
image as new.

Examples:
  npx image-mirror estimate --list mirror.yaml
  npx image-mirror estimate --gb 1.5 --changes 8 --builds 20 --compute lambda

Exit status: 0 success, 2 invalid input or usage.`

export function estimateCommand(choose: (options: EstimateOptions) => void): CommandUnknownOpts {
  return defineCommand('estimate')
    .summary('estimates the monthly cost of a list')
    .description('Estimates the monthly cost of mirroring a list, by service, and the duration of its runs.')
    .option('--list <file>', 'list of images', pathOf('--list'), 'mirror.yaml')
    .option('--runs <n>', 'runs per month', amountOf('--runs'), 30)
    .option('--changes <n>', 'changes of each image per month', amountOf('--changes'), 4)
    .option('--gb <n>', 'compressed size of an image in GB, with all platforms', amountOf('--gb'), 0.3)
    .option(
      '--builds <n>',
      'concurrent builds (a CodeBuild quota)',
      amountOf('--builds'),
      DEFAULT_CONCURRENCY.builds,
    )
    .addOption(
      new Option('--compute <kind>', 'compute type of builds, as "compute" of the construct')
        .choices(['ec2', 'lambda'] as const)
        .default('ec2' as const),
    )
    .option('--json', 'print a JSON document')
    .addHelpText('after', moreHelp(MORE))
    .action(({ json = false, ...values }) => choose({ ...values, json }))
}
