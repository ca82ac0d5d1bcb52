/** The entry of the package's command line: all commands but those that need a clone. */
import { copy } from './copy.ts'
import { leave, runProgram } from './entry.ts'
import { estimate } from './estimate.ts'

void runProgram({ copy, estimate: (args, terminal) => estimate(args, terminal) }).then(leave)
