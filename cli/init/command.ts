/** Defines the command `init`: argument, flags and help. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { defineCommand, moreHelp, pathOf } from '../program/define.ts'

export interface InitOptions {
  readonly folder: string
  readonly json: boolean
}

const DESCRIPTION = `Writes a CDK app that deploys a mirror: a list with a few images, the app, and its settings. It overwrites nothing.`

const MORE = `
Example:
  npx image-mirror init my-mirror

Exit status: 0 written, 2 a file exists already, or invalid usage.`

export function initCommand(choose: (options: InitOptions) => void): CommandUnknownOpts {
  return defineCommand('init')
    .summary('writes a CDK app that deploys a mirror')
    .description(DESCRIPTION)
    .argument('[folder]', 'folder to write to; it is created if it is missing', pathOf('the folder'), '.')
    .option('--json', 'print the names of the files as JSON')
    .addHelpText('after', moreHelp(MORE))
    .action((folder, { json = false }) => choose({ folder, json }))
}
