/** Defines the command `follow`: argument, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { moreHelp } from '../../program/define.ts'
import { type Place, placedCommand, placeOf } from '../aws/flags.ts'

export interface FollowOptions {
  readonly place: Place
  /** Its name or ARN. @default - the latest */
  readonly run?: string | undefined
  readonly json: boolean
}

const MORE = `
Examples:
  npx image-mirror follow                           the latest run
  npx image-mirror follow start-20261130T041500Z-3f2a --region us-east-1

Exit status: 0 no pair failed, 1 a pair or the run failed, 2 invalid usage, 4 there is no such run, or AWS cannot be
read, 130 interrupted.`

export function followCommand(choose: (options: FollowOptions) => void): CommandUnknownOpts {
  return placedCommand('follow')
    .summary('follows a run of the deployed mirror')
    .description(
      'Follows a run of the deployed mirror until it ends. Of a run that has ended, it prints the result.',
    )
    .argument('[run]', "the run's name or the ARN of its execution; by default, the latest run")
    .option('--json', 'print the run as JSON to standard output, and everything else to standard error')
    .addHelpText('after', moreHelp(MORE))
    .action((run, { json = false, ...place }) => choose({ place: placeOf(place), run, json }))
}
