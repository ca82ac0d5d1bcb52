/** Defines the command `logs`: arguments, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { moreHelp } from '../../program/define.ts'
import { type Place, placedCommand, placeOf } from '../aws/flags.ts'

export interface LogsOptions {
  readonly place: Place
  readonly run: string
  readonly image: string
  readonly target: string
  readonly json: boolean
}

const MORE = `
Only pairs that were stale have a build. The log is that of the pair's last build.

Examples:
  npx image-mirror logs start-20261130T041500Z-3f2a \\
    docker.io/library/redis:7.4 eu-west-1
  npx image-mirror logs RUN IMAGE TARGET --json | jq -r '.events[].message'

Exit status: 0 the log was printed, 2 invalid usage, 4 there is no log, or AWS cannot be read, 130 interrupted.`

export function logsCommand(choose: (options: LogsOptions) => void): CommandUnknownOpts {
  return placedCommand('logs')
    .summary("prints the build log of a pair of the deployed mirror's run")
    .description('Prints the log of the build that mirrored an image to a target, from CloudWatch Logs.')
    .argument('<run>', "the run's name or the ARN of its execution")
    .argument('<image>', 'the image, as in the list and in the report')
    .argument('<target>', 'the target, as in the report')
    .option('--json', 'print the lines and their times as JSON')
    .addHelpText('after', moreHelp(MORE))
    .action((run, image, target, { json = false, ...place }) =>
      choose({ place: placeOf(place), run, image, target, json }),
    )
}
