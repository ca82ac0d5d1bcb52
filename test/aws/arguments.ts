// The arguments of `npm run test:aws`. An account and its regions must be named, because a trial costs money.
import { parseArgs } from 'node:util'
import { REGIONS } from '../../mirror/list/regions.ts'

export interface Arguments {
  readonly account: string
  /** The home region first. */
  readonly regions: readonly string[]
  /** A role of another account that the mirror may assume. */
  readonly otherRole: string | undefined
  /** Only deletes what earlier trials have left. */
  readonly clean: boolean
}

export const USAGE = `Usage: npm run test:aws -- --account ID --regions HOME,OTHER [--other-account-role ARN] [--clean]

Deploys a small mirror to an AWS account, checks it against AWS's own answers, and deletes it again. It takes about 20
minutes, and costs less than 0.20 USD. The account must be that of the AWS credentials, and the first region bootstrapped
for the CDK.

  --account ID               the account, as a confirmation
  --regions HOME,OTHER       the region of the stack, and another one
  --other-account-role ARN   also mirrors to ECR of another account, with this role, which must trust the mirror's roles
                             and your credentials, and may delete the repositories image-mirror-test-*
  --clean                    only deletes what interrupted trials have left`

/** @throws Error with the usage */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parsed(args)
  const { account = '', regions = '', clean = false } = values
  const otherRole = values['other-account-role']
  if (!/^\d{12}$/.test(account)) throw wrong('--account must be the 12 digits of your account')
  const names = regions.split(',')
  const unknown = names.find((name) => !REGIONS.some((region) => region === name))
  if (unknown !== undefined || new Set(names).size !== 2)
    throw wrong('--regions must be two regions, such as us-east-1,eu-west-1')
  if (otherRole !== undefined && !/^arn:aws[a-z-]{0,20}:iam::\d{12}:role\/\S{1,500}$/.test(otherRole))
    throw wrong('--other-account-role must be the ARN of a role')
  return { account, regions: names, otherRole, clean }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        account: { type: 'string' },
        regions: { type: 'string' },
        'other-account-role': { type: 'string' },
        clean: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

function wrong(message: string): Error {
  return new Error(`${message}\n\n${USAGE}`)
}
