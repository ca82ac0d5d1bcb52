/** The flags with which commands find the deployed mirror. */
import type { Command } from '@commander-js/extra-typings'
import { defineCommand } from '../../program/define.ts'

/** Where the mirror is deployed. */
export type Place = {
  /** @default - the SDK's usual chain */
  readonly profile?: string | undefined
  /** @default - the SDK's usual chain */
  readonly region?: string | undefined
  /** The name of its stack, or what `-c name=` was. */
  readonly name?: string | undefined
}

export function placedCommand(name: string): Command<[], Place> {
  return defineCommand(name)
    .option('--profile <name>', 'AWS profile; by default, the credentials that the aws command uses')
    .option('--region <region>', 'home region of the mirror; by default, that of the profile or AWS_REGION')
    .option('--name <name>', 'name of the mirror, as in "cdk deploy -c name=NAME", or of its stack')
}

/** The flags as the user would type them again. */
export function placeFlags({ profile, region, name }: Place): string[] {
  return Object.entries({ profile, region, name }).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, value],
  )
}

export function placeOf({ profile, region, name }: Place): Place {
  return { profile, region, name }
}
