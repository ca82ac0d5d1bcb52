/** Creates the input that reruns the failed pairs of a run, and the commands that follow a run. */
import { join } from 'node:path'
import { CLOCKS } from '../../local/clock.ts'
import { isObject, type Json } from '../../local/json.ts'
import type { RunDocument } from '../../local/run-document.ts'
import { quoteForShell } from '../../mirror/shell.ts'
import type { RunOptions } from './command.ts'
import { asTyped } from './typed.ts'

/** Returns the path of the input with the failed pairs of the last run. */
export function rerunFile(state: string): string {
  return join(state, 'failed.json')
}

/** Returns the input for the failed pairs, or undefined if no pair failed or a push started the run. */
export function rerunInput(input: Json, { pairs }: RunDocument): Json | undefined {
  const only = pairs
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ image, target }) => ({ image, target }))
  if (only.length === 0 || !isObject(input) || 'push' in input) return undefined
  const { images, imagesFrom, dryRun } = input
  return {
    ...(images === undefined ? {} : { images }),
    ...(imagesFrom === undefined ? {} : { imagesFrom }),
    ...(dryRun === undefined ? {} : { dryRun }),
    only,
  }
}

/** Returns the command that runs the failed pairs again. */
export function rerunCommand(options: RunOptions, env: NodeJS.ProcessEnv = process.env): string {
  return againCommand(options, ['--input', asTyped(rerunFile(options.state), env)], env)
}

/** Returns the command that runs the whole list again, with further flags. */
export function againCommand(
  { list, regions, state, clock }: Pick<RunOptions, 'list' | 'regions' | 'state' | 'clock'>,
  more: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string {
  const flags = [
    ...(list === undefined ? [] : ['--list', asTyped(list, env)]),
    ...(regions === undefined ? [] : ['--regions', regions.join(',')]),
    ...(state === '.mirror' ? [] : ['--state', asTyped(state, env)]),
    ...(clock === CLOCKS.real ? ['--clock', 'real'] : []),
    ...more,
  ]
  const ofNpm = flags.length === 0 ? 'npm start' : 'npm start --'
  const program = env.npm_lifecycle_event === 'start' ? ofNpm : 'npx image-mirror run'
  return [program, ...flags.map(quoteForShell)].join(' ')
}

/** Returns the command that copies what a dry run found. */
export function copyCommand(options: RunOptions, env: NodeJS.ProcessEnv = process.env): string {
  const { input, targets } = options
  const flags = [
    ...(targets === undefined ? [] : ['--targets', targets.join(',')]),
    ...(input === undefined ? [] : ['--input', asTyped(input, env)]),
  ]
  return againCommand(options, flags, env)
}

/** Returns the command that deploys the list. */
export function deployCommand(
  { list }: Pick<RunOptions, 'list'>,
  env: NodeJS.ProcessEnv = process.env,
): string {
  return list === undefined
    ? 'npx cdk deploy'
    : `npx cdk deploy -c ${quoteForShell(`list=${asTyped(list, env)}`)}`
}

/** Returns the command that mirrors the project's own list from the real registries, into two of its regions. */
export function realCommand(options: Pick<RunOptions, 'state' | 'clock'>, env = process.env): string {
  const { state, clock } = options
  return againCommand({ list: 'mirror.yaml', regions: ['us-east-1', 'eu-west-1'], state, clock }, [], env)
}
