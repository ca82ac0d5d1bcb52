/** The program's entry in the package: the common commands, and a `run` that says where runs are possible. */
import { commonCommands } from './commands.ts'
import { leave, runProgram } from './entry.ts'
import { runElsewhereCommand } from './run/elsewhere.ts'

void runProgram((choose) => [...commonCommands(choose), runElsewhereCommand()]).then(leave)
