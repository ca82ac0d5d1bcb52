/** Entry point in the package: the common commands, and a `run` that explains how to get the sources it needs. */
import { commonCommands } from '../commands.ts'
import { runElsewhereCommand } from '../run/elsewhere.ts'
import { exitNow, runProgram } from './entry.ts'

void runProgram((choose) => [...commonCommands(choose), runElsewhereCommand()]).then(exitNow)
