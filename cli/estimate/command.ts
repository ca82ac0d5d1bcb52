/** Defines the command `estimate`: flags and help. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { DEFAULT_CONCURRENCY } from '../../estimate/workload.ts'
import { quote } from '../../registry/model/label.ts'
import { amountOf, defineCommand, inputOf, moreHelp } from '../program/define.ts'
import { UsageError } from '../program/usage-error.ts'

export interface EstimateOptions {
  readonly list: string
  /** The report of a run: a file, `-` or an S3 URL. @default - sizes and builds are assumed */
  readonly report?: string
  /** @default - those of the list's schedules */
  readonly runs?: number
  readonly changes: number
  /** Size of an image that no report has measured. */
  readonly gb: number
  readonly builds: number
  readonly compute: 'ec2' | 'lambda'
  readonly json: boolean
}

const MORE = `
Prices are those of us-east-1, without free tiers. Without a report, the estimate is an upper bound: it counts every byte
of a changed image as new. With a report, pairs that the run has copied count with their bytes and builds, and the text
says what is measured and what is assumed.

Examples:
  npx image-mirror estimate mirror.yaml
  npx image-mirror estimate --gb 1.5 --changes 8 --builds 20 --compute lambda
  npx image-mirror estimate --report report.json

Exit status: 0 success, 2 invalid input or usage, 4 a list or a report in AWS cannot be read.`

export function estimateCommand(choose: (options: EstimateOptions) => void): CommandUnknownOpts {
  return defineCommand('estimate')
    .summary('estimates the monthly cost of a list')
    .description('Estimates the monthly cost of mirroring a list, by service, and the duration of its runs.')
    .argument(
      '[list]',
      'list of images; - reads it from standard input (default: "mirror.yaml")',
      inputOf('the list'),
    )
    .option('--list <file>', 'the same as the argument', inputOf('--list'))
    .option(
      '--report <file>',
      'report.json of a run, whose bytes and builds replace assumptions (-: standard input, or s3://BUCKET/KEY)',
      inputOf('--report'),
    )
    .option('--runs <n>', "runs per month (default: as the list's schedules start them)", amountOf('--runs'))
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
    .action((argument, { json = false, list: flag, ...values }) => {
      if (argument !== undefined && flag !== undefined)
        throw new UsageError(
          `the list is given twice, as "${quote(argument)}" and with --list; leave one out`,
        )
      choose({ ...values, list: argument ?? flag ?? 'mirror.yaml', json })
    })
}
