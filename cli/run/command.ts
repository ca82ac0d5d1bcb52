/** Defines the command `run`: its flags, their meaning, and its help. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { CLOCKS, type Clock } from '../../local/clock.ts'
import type { Region } from '../../mirror/list/config.ts'
import { REGIONS } from '../../mirror/list/regions.ts'
import { didYouMean } from '../../mirror/nearest.ts'
import { defineCommand, pathOf } from '../define.ts'
import { UsageError } from '../usage-error.ts'

export interface RunOptions {
  /** Absent: the project's own list, with sample images. */
  readonly list?: string
  readonly regions?: readonly Region[]
  readonly input?: string
  readonly state: string
  readonly fresh: boolean
  readonly serve: boolean
  readonly json: boolean
  readonly clock: Clock
}

const DESCRIPTION = `Runs the workflow that "npx cdk deploy" installs, on this machine and without an AWS account: the same state machine, the same Lambda bundles, the same buildspec. S3, SNS and ECR are stand-ins on loopback addresses, with one registry for each region.`

const MORE = `
Without --list, sample images on this machine stand in for the registries that mirror.yaml names. Plain HTTP is for
loopback addresses (127.0.0.1:5000/team/app:1.2). An input that names a list as s3://BUCKET/KEY reads it from
DIR/s3/BUCKET/KEY. Secrets that the list names ("credentials") are read from DIR/secrets.json:
{"NAME": {"username": …, "accessToken": …}}.

Examples:
  npm start                                      mirror.yaml, with sample images
  npm start -- --list mirror.yaml                the real registries
  npm start -- --list my.yaml --regions us-east-1,eu-west-1 --state /tmp/mirror
  npm start -- --serve                           then pull from the registries with docker, podman or skopeo

Exit status: 0 no pair failed, 1 a pair or the run failed, 2 bad input or usage, 130 interrupted.`

export function runCommand(choose: (options: RunOptions) => void): CommandUnknownOpts {
  return defineCommand('run')
    .summary('runs the deployed workflow on this machine, without an AWS account')
    .description(DESCRIPTION)
    .configureHelp({ commandUsage: () => 'npm start -- [options]' })
    .option(
      '--list <file>',
      'mirror this list (YAML or JSON) from the registries that it names',
      pathOf('--list'),
    )
    .option('--regions <a,b>', "mirror into these regions instead of the list's", regionsOf)
    .option(
      '--input <file>',
      'start the execution with this JSON, as --input of "aws stepfunctions start-execution" does (default: {}, the whole list)',
      pathOf('--input'),
    )
    .option('--state <dir>', 'keep registries and logs here from run to run', pathOf('--state'), '.mirror')
    .option('--fresh', 'empty the state first')
    .option('--serve', 'keep the registries up after the run until Ctrl-C; anyone on this machine can pull')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .addOption(
      new Option(
        '--clock <speed>',
        'wait as long as the workflow says, or a second for each minute once all that is left is waiting',
      )
        .choices(['real', 'fast'] as const)
        .default('fast' as const),
    )
    .addOption(new Option('-c, --context <setting>').hideHelp().argParser(refuseContext))
    .allowExcessArguments()
    .addHelpText('after', MORE)
    .action(
      (
        { list, regions, input, state, fresh = false, serve = false, json = false, clock },
        { args: [extra] },
      ) => {
        if (extra !== undefined) {
          throw new UsageError(`unexpected argument "${extra}"; a list is given as --list FILE`)
        }
        choose({
          ...(list === undefined ? {} : { list }),
          ...(regions === undefined ? {} : { regions }),
          ...(input === undefined ? {} : { input }),
          ...{ state, fresh, serve, json, clock: CLOCKS[clock] },
        })
      },
    )
}

function regionsOf(text: string): readonly Region[] {
  const names = text.split(',').map((name) => name.trim())
  return [...new Set(names)].map((name) => {
    const region = REGIONS.find((known) => known === name)
    if (region !== undefined) return region
    throw new UsageError(`--regions: "${name}" is not a region${didYouMean(name, REGIONS)}`)
  })
}

function refuseContext(): never {
  throw new UsageError('-c belongs to "npx cdk"; here, write --list FILE')
}
