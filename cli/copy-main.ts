/** The entry of the bundle that `copy` runs from: this command alone. */
import { copy } from './copy.ts'
import { runProgram } from './entry.ts'

void runProgram({ copy })
