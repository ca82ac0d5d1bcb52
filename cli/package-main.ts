/** The entry of the package's command line: all commands but those that need a clone. */
import { completionCommand } from './completion/command.ts'
import { copyCommand } from './copy/command.ts'
import { copy } from './copy.ts'
import { leave, runProgram } from './entry.ts'
import { estimateCommand } from './estimate/command.ts'
import { estimate } from './estimate.ts'
import { runElsewhereCommand } from './run/elsewhere.ts'

void runProgram((choose) => [
  copyCommand((options) => choose((...frame) => copy(options, ...frame))),
  estimateCommand((options) => choose((terminal) => estimate(options, terminal))),
  completionCommand(choose),
  runElsewhereCommand(),
]).then(leave)
