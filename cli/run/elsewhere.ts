/** Defines the command `run` of the package, which lacks what a run needs: it says where runs are possible. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { defineCommand } from '../define.ts'
import { UsageError } from '../usage-error.ts'

const FIX = 'clone the repository of image-mirror, and in the clone type "npm ci" and "npm start"'

export function runElsewhereCommand(): CommandUnknownOpts {
  return defineCommand('run')
    .summary('runs the workflow on this machine; only in a clone of the repository')
    .description(`Runs the workflow on this machine. The installed package has no sources to run: ${FIX}.`)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      throw new UsageError(`"run" needs the sources, which the installed package does not have; ${FIX}`)
    })
}
