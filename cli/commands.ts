/** The commands available both in a clone and in the package. Each loads its code on demand, to keep the start fast. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { authCommand } from './auth/command.ts'
import { completionCommand } from './completion/command.ts'
import { copyCommand } from './copy/command.ts'
import { deployedCommands } from './deployed/commands.ts'
import { estimateCommand } from './estimate/command.ts'
import { importCommand } from './import/command.ts'
import { initCommand } from './init/command.ts'
import { planCommand } from './plan/command.ts'
import type { Choose, Job } from './program/define.ts'
import { syncCommand } from './sync/command.ts'
import { tagsCommand } from './tags/command.ts'
import { targetAccountCommand } from './target-account/command.ts'
import { unlessAborted } from './terminal/interrupted.ts'
import type { Terminal } from './terminal/terminal.ts'
import { validateCommand } from './validate/command.ts'

export function commonCommands(choose: Choose): CommandUnknownOpts[] {
  return [
    initCommand((options) =>
      choose(async (terminal) => (await import('./init/init.ts')).init(options, terminal)),
    ),
    validateCommand((options) =>
      choose(reading(async (terminal) => (await import('./validate.ts')).validate(options, terminal))),
    ),
    planCommand((options) => choose(async (...frame) => (await import('./plan.ts')).plan(options, ...frame))),
    syncCommand((options) => choose(async (...frame) => (await import('./sync.ts')).sync(options, ...frame))),
    ...deployedCommands(choose),
    tagsCommand((options) => choose(async (...frame) => (await import('./tags.ts')).tags(options, ...frame))),
    authCommand((options) => choose(async (...frame) => (await import('./auth.ts')).auth(options, ...frame))),
    copyCommand((options) => choose(async (...frame) => (await import('./copy.ts')).copy(options, ...frame))),
    estimateCommand((options) =>
      choose(reading(async (terminal) => (await import('./estimate.ts')).estimate(options, terminal))),
    ),
    importCommand((options) =>
      choose(reading(async (terminal) => (await import('./import.ts')).importFile(options, terminal))),
    ),
    targetAccountCommand((options) =>
      choose(
        reading(async (terminal) =>
          (await import('./target-account/print.ts')).printTargetAccount(options, terminal),
        ),
      ),
    ),
    completionCommand(choose),
  ]
}

/** The job of a command that waits only for what it reads, such as a list from standard input or from AWS. */
function reading(work: (terminal: Terminal) => Promise<number>): Job {
  return (terminal, signal) => unlessAborted(work(terminal), signal)
}
