/** The entry of the bundle that `copy` runs from: this command alone. */
import { copy } from './copy.ts'
import { leave, runProgram } from './entry.ts'

void runProgram({ copy }).then(leave)
