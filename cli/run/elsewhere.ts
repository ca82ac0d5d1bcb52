/** Defines the package's command `run`, which only explains that runs need a clone of the repository. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { defineCommand } from '../program/define.ts'
import { UsageError } from '../program/usage-error.ts'

const FIX = 'clone the image-mirror repository and run "npm ci" and "npm start" in it'

export function runElsewhereCommand(): CommandUnknownOpts {
  return defineCommand('run')
    .summary('(in a clone) runs the deployed workflow on this machine')
    .description(
      `Works only in a clone: the installed package does not contain the sources of the workflow that it runs. To use it, ${FIX}.`,
    )
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      throw new UsageError(`"run" needs the sources, which the installed package does not contain; ${FIX}`)
    })
}
