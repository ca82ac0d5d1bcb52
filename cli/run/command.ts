/** Defines the command `run`: flags and help. */
import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { CLOCKS, type Clock } from '../../local/clock.ts'
import type { Region } from '../../mirror/list/config.ts'
import { quote } from '../../registry/model/label.ts'
import { isPlace } from '../elsewhere/is-place.ts'
import { defineCommand, moreHelp, pathOf } from '../program/define.ts'
import { regionOf } from '../program/region.ts'
import { UsageError } from '../program/usage-error.ts'

export interface RunOptions {
  /** @default - the project's own list, with sample images */
  readonly list?: string
  readonly regions?: readonly Region[]
  /** Ids or names of targets that the run is restricted to. */
  readonly targets?: readonly string[]
  readonly input?: string
  readonly dryRun: boolean
  readonly state: string
  readonly fresh: boolean
  readonly serve: boolean
  readonly json: boolean
  readonly clock: Clock
}

const DESCRIPTION = `Runs the workflow of "npx cdk deploy" on this machine, without an AWS account. It uses the same state machine, Lambda bundles and buildspec. S3, SNS and ECR are emulated on loopback addresses, with one registry per region.`

const MORE = `
Without --list, sample images on this machine replace the registries in mirror.yaml. Loopback addresses
(127.0.0.1:5000/team/app:1.2) use plain HTTP. An input or a list that names s3://BUCKET/KEY reads it from
DIR/s3/BUCKET/KEY. Secrets in the list ("credentials") are read from DIR/secrets.json:
{"NAME": {"username": …, "accessToken": …}}. Parameters and tables that the list names ("imagesFrom") are read from
DIR/parameters.yaml (NAME: VALUE) and DIR/tables.yaml (TABLE: [{Source: …, Destination: …}]).

Examples:
  npm start                        mirror.yaml, with sample images
  npm start -- --list mirror.yaml  the real registries
  npm start -- --list my.yaml --regions us-east-1,eu-west-1 --state /tmp/m
  npm start -- --dry-run           what a run would do
  npm start -- --serve             then pull with docker, podman or skopeo

Exit status: 0 no pair failed, 1 a pair or the run failed, 2 invalid input or usage, 130 interrupted.`

export function runCommand(choose: (options: RunOptions) => void): CommandUnknownOpts {
  return defineCommand('run')
    .summary('runs the deployed workflow on this machine, without an AWS account')
    .description(DESCRIPTION)
    .configureHelp({ commandUsage: () => 'npm start -- [options]' })
    .option('--list <file>', 'mirror the images of this list (YAML or JSON) from their registries', fileOf)
    .option('--regions <a,b>', "mirror into these regions instead of the list's", regionsOf)
    .option(
      '--targets <a,b>',
      'mirror only to these targets of the list: ids, names, or "regions" for all regions',
      namesOf,
    )
    .option(
      '--input <file>',
      'execution input (JSON), as for "aws stepfunctions start-execution" (default: {}, the whole list)',
      pathOf('--input'),
    )
    .option('--dry-run', 'compare, and copy nothing')
    .option(
      '--state <dir>',
      'folder for registries and logs, kept between runs',
      pathOf('--state'),
      '.mirror',
    )
    .option('--fresh', 'empty the state first')
    .option('--serve', 'keep the registries running until Ctrl-C; any user of this machine can pull')
    .option('--json', 'print only a JSON document to standard output')
    .addOption(
      new Option(
        '--clock <speed>',
        'duration of waits: as in the workflow, or one second per minute while all that is left is waiting',
      )
        .choices(['real', 'fast'] as const)
        .default('fast' as const),
    )
    .addOption(new Option('-c, --context <setting>').hideHelp().argParser(refuseContext))
    .allowExcessArguments()
    .addHelpText('after', moreHelp(MORE))
    .action(
      (
        {
          list,
          regions,
          targets,
          input,
          dryRun = false,
          state,
          fresh = false,
          serve = false,
          json = false,
          clock,
        },
        { args: [extra] },
      ) => {
        if (extra !== undefined) {
          throw new UsageError(`unexpected argument "${extra}"; to pass a list, write --list FILE`)
        }
        choose({
          ...(list === undefined ? {} : { list }),
          ...(regions === undefined ? {} : { regions }),
          ...(targets === undefined ? {} : { targets }),
          ...(input === undefined ? {} : { input }),
          ...{ dryRun, state, fresh, serve, json, clock: CLOCKS[clock] },
        })
      },
    )
}

/** @throws {UsageError} for what other commands read a list from */
function fileOf(text: string): string {
  if (text === '-' || isPlace(text))
    throw new UsageError(
      `--list: "${quote(text)}" is not a file, and run takes only files; save the list as one`,
    )
  return pathOf('--list')(text)
}

/** Plan checks the names, which depend on the list. */
function namesOf(text: string): readonly string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))]
}

export function regionsOf(text: string): readonly Region[] {
  return namesOf(text).map((name) => regionOf('--regions', name))
}

function refuseContext(): never {
  throw new UsageError('-c is a flag of "npx cdk"; here, write --list FILE')
}
