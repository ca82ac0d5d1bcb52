/** The program's entry: its commands, each loaded when it is called, since what one of them needs must not slow the other. */
import { completionCommand } from './completion/command.ts'
import { copyCommand } from './copy/command.ts'
import { runProgram } from './entry.ts'
import { estimateCommand } from './estimate/command.ts'
import { runCommand } from './run/command.ts'

await runProgram((choose) => [
  runCommand((options) => choose(async (...frame) => (await import('./run.ts')).run(options, ...frame))),
  copyCommand((options) => choose(async (...frame) => (await import('./copy.ts')).copy(options, ...frame))),
  estimateCommand((options) =>
    choose(async (terminal) => (await import('./estimate.ts')).estimate(options, terminal)),
  ),
  completionCommand(choose),
])
