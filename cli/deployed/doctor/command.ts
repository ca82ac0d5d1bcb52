/** Defines the command `doctor`: flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { moreHelp } from '../../program/define.ts'
import { type Place, placedCommand, placeOf } from '../aws/flags.ts'

export interface DoctorOptions {
  readonly place: Place
  readonly json: boolean
}

const MORE = `
It reads settings and changes nothing. Each check is ok, a warning, failed, or not checked, with what it found and what
to do. A check that your AWS credentials do not permit is not checked, and names the permission.

Examples:
  npx image-mirror doctor
  npx image-mirror doctor --name prod --region us-east-1
  npx image-mirror doctor --json | jq '.checks[] | select(.status == "failed")'

Exit status: 0 no check failed, 1 a check failed, 2 invalid usage, 4 there is no mirror, or AWS cannot be read.`

export function doctorCommand(choose: (options: DoctorOptions) => void): CommandUnknownOpts {
  return placedCommand('doctor')
    .summary('checks what is deployed, and says what to do')
    .description(
      'Checks the deployed mirror and what it needs: its stacks, roles, quotas, secrets, keys, schedules, rules, queues, alarms and subscriptions.',
    )
    .option('--json', 'print the checks as JSON')
    .addHelpText('after', moreHelp(MORE))
    .action(({ json = false, ...place }) => choose({ place: placeOf(place), json }))
}
