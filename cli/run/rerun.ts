/** Creates the input and the command that rerun the failed pairs of a run. */
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

export function rerunCommand(options: RunOptions, env: NodeJS.ProcessEnv = process.env): string {
  const { list, regions, state, clock } = options
  const flags = [
    ...(list === undefined ? [] : ['--list', asTyped(list, env)]),
    ...(regions === undefined ? [] : ['--regions', regions.join(',')]),
    ...(state === '.mirror' ? [] : ['--state', asTyped(state, env)]),
    ...(clock === CLOCKS.real ? ['--clock', 'real'] : []),
    '--input',
    asTyped(rerunFile(state), env),
  ]
  const program = env.npm_lifecycle_event === 'start' ? 'npm start --' : 'npx image-mirror run'
  return [program, ...flags.map(quoteForShell)].join(' ')
}
