/** Defines the command `estimate`: its flags, their meaning, and its help. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { DEFAULT_CONCURRENCY } from '../../estimate/estimate-model.ts'
import { amountOf, defineCommand, pathOf } from '../define.ts'

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
Prices are those of us-east-1, without free tiers. The estimate counts every byte of a changed image as new, which is
the most that it can be.

Examples:
  npx image-mirror estimate --list mirror.yaml
  npx image-mirror estimate --gb 1.5 --changes 8 --builds 20 --compute lambda

Exit status: 0 done, 2 bad input or usage.`

export function estimateCommand(choose: (options: EstimateOptions) => void): CommandUnknownOpts {
  return defineCommand('estimate')
    .summary('estimates what a list costs in a month')
    .description(
      'Estimates what a list costs to keep mirrored for a month, by part, and how long its runs take.',
    )
    .option('--list <file>', 'the list', pathOf('--list'), 'mirror.yaml')
    .option('--runs <n>', 'runs a month', amountOf('--runs'), 30)
    .option('--changes <n>', "how often an image's content changes in a month", amountOf('--changes'), 4)
    .option('--gb <n>', 'GB of an image, compressed, with all platforms', amountOf('--gb'), 0.3)
    .option(
      '--builds <n>',
      "builds that run at a time, which is CodeBuild's quota",
      amountOf('--builds'),
      DEFAULT_CONCURRENCY.builds,
    )
    .addOption(
      new Option('--compute <kind>', 'what builds run on, as "compute" of the construct')
        .choices(['ec2', 'lambda'] as const)
        .default('ec2' as const),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', MORE)
    .action(({ json = false, ...values }) => choose({ ...values, json }))
}
