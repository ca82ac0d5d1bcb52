/** Defines the command `status`: flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { moreHelp } from '../../program/define.ts'
import { type Place, placedCommand, placeOf } from '../aws/flags.ts'

export interface StatusOptions {
  readonly place: Place
  readonly json: boolean
}

const MORE = `
Pairs are read from status.json in the work bucket, which the status page shows too. A pair that fails is shown with the
time since when, and the time when it was last in sync.

Examples:
  npx image-mirror status
  npx image-mirror status --json | jq '.failing[].image'

Exit status: 0 every pair is in sync, 1 a pair fails or is deferred, 2 invalid usage, 4 there is no mirror, or AWS cannot
be read.`

export function statusCommand(choose: (options: StatusOptions) => void): CommandUnknownOpts {
  return placedCommand('status')
    .summary('shows the last runs of the deployed mirror, and the pairs that fail')
    .description('Shows the last runs of the deployed mirror, and the pairs that are not in sync.')
    .option('--json', 'print the status as JSON')
    .addHelpText('after', moreHelp(MORE))
    .action(({ json = false, ...place }) => choose({ place: placeOf(place), json }))
}
