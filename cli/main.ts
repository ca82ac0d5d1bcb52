/** Entry point in a clone: the common commands, and `run`, which needs the sources. */
import { commonCommands } from './commands.ts'
import { runProgram } from './program/entry.ts'
import { runCommand } from './run/command.ts'

await runProgram((choose) => [
  runCommand((options) => choose(async (...frame) => (await import('./run.ts')).run(options, ...frame))),
  ...commonCommands(choose),
])
