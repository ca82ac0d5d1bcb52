/** The commands that a clone and the package have in common. Each loads its code when it is called, so that none slows another. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { completionCommand } from './completion/command.ts'
import { copyCommand } from './copy/command.ts'
import type { Choose } from './define.ts'
import { estimateCommand } from './estimate/command.ts'

export function commonCommands(choose: Choose): CommandUnknownOpts[] {
  return [
    copyCommand((options) => choose(async (...frame) => (await import('./copy.ts')).copy(options, ...frame))),
    estimateCommand((options) =>
      choose(async (terminal) => (await import('./estimate.ts')).estimate(options, terminal)),
    ),
    completionCommand(choose),
  ]
}
