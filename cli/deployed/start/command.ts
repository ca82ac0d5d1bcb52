/** Defines the command `start`: arguments, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Region } from '../../../mirror/list/config.ts'
import { inputOf, moreHelp } from '../../program/define.ts'
import { UsageError } from '../../program/usage-error.ts'
import { regionsOf } from '../../run/command.ts'
import { pairsOf } from '../../sync/command.ts'
import { type Place, placedCommand, placeOf } from '../aws/flags.ts'

export interface StartOptions {
  readonly place: Place
  readonly images: readonly string[]
  /** A file, or `-` for standard input. @default - the deployed list, or the images */
  readonly list?: string | undefined
  readonly only?: readonly { readonly image: string; readonly target: string }[] | undefined
  readonly regions?: readonly Region[] | undefined
  readonly dryRun: boolean
  readonly follow: boolean
  readonly json: boolean
}

const DESCRIPTION = `Starts a run of the deployed mirror, and follows it. Without images and --list, the run is for the whole deployed list.`

const MORE = `
The mirror is found by the outputs of its CloudFormation stack, with the AWS credentials that the aws command uses.
Ctrl-C ends the display, and the run goes on.

Examples:
  npx image-mirror start                            the whole deployed list
  npx image-mirror start docker.io/library/redis:7.4 quay.io/team/app:2
  npx image-mirror start --list more.yaml --dry-run   what a run would do
  npx image-mirror start --only docker.io/library/redis:7.4@eu-west-1
  npx image-mirror start --profile prod --region us-east-1 --no-follow --json

Exit status: 0 no pair failed, 1 a pair or the run failed, 2 invalid input or usage, 4 there is no mirror, or AWS refuses
or cannot be reached, 130 interrupted.`

export function startCommand(choose: (options: StartOptions) => void): CommandUnknownOpts {
  return placedCommand('start')
    .summary('starts a run of the deployed mirror, and follows it')
    .description(DESCRIPTION)
    .argument('[image...]', 'images to mirror, as in a list')
    .option(
      '--list <file>',
      'mirror the images of this list; - reads it from standard input',
      inputOf('--list'),
    )
    .option(
      '--only <image@target>',
      'run only this pair of the list; repeat the flag for more',
      completePairsOf,
    )
    .option('--regions <a,b>', 'mirror only to these regions', regionsOf)
    .option('--dry-run', 'compare, and copy nothing')
    .option('--no-follow', 'start the run, and do not wait for its end')
    .option('--json', 'print the run as JSON to standard output, and everything else to standard error')
    .addHelpText('after', moreHelp(MORE))
    .action((images, { list, only, regions, dryRun = false, follow, json = false, ...place }) =>
      choose({ place: placeOf(place), images, list, only, regions, dryRun, follow, json }),
    )
}

type CompletePairs = NonNullable<StartOptions['only']>

function completePairsOf(text: string, before: CompletePairs = []): CompletePairs {
  const pairs = pairsOf(text).map(({ image, target }) => {
    if (target === undefined) throw new UsageError(`--only: "${text}" needs a target: IMAGE@TARGET`)
    return { image, target }
  })
  return [...before, ...pairs]
}
