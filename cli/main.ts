/** The program's entry: its commands, each loaded when it is called, since what one of them needs must not slow the other. */
import { runProgram } from './entry.ts'

await runProgram({
  run: async (...call) => (await import('./run.ts')).run(...call),
  copy: async (...call) => (await import('./copy.ts')).copy(...call),
  estimate: async (args, terminal) => (await import('./estimate.ts')).estimate(args, terminal),
})
