/** Defines the command `rerun`: argument, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { moreHelp } from '../../program/define.ts'
import { type Place, placedCommand, placeOf } from '../aws/flags.ts'

export interface RerunOptions {
  readonly place: Place
  /** Its name or ARN. @default - the latest that failed */
  readonly run?: string | undefined
  readonly follow: boolean
  readonly json: boolean
}

const MORE = `
A rerun has the images, settings and targets of the failed pairs: those of the run's own list, if it had one, or else
of the list that is deployed now.

Examples:
  npx image-mirror rerun                            the latest run that failed
  npx image-mirror rerun start-20261130T041500Z-3f2a --no-follow

Exit status: 0 no pair failed, 1 a pair or the run failed, 2 invalid usage, 4 there is no such run or no pair to run
again, or AWS cannot be reached, 130 interrupted.`

export function rerunCommand(choose: (options: RerunOptions) => void): CommandUnknownOpts {
  return placedCommand('rerun')
    .summary('runs the failed pairs of a run of the deployed mirror again')
    .description('Runs the failed pairs of a run of the deployed mirror again, and follows the new run.')
    .argument('[run]', "the run's name or the ARN of its execution; by default, the latest run that failed")
    .option('--no-follow', 'start the run, and do not wait for its end')
    .option('--json', 'print the run as JSON to standard output, and everything else to standard error')
    .addHelpText('after', moreHelp(MORE))
    .action((run, { follow, json = false, ...place }) => choose({ place: placeOf(place), run, follow, json }))
}
