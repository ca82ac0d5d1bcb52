// Parses a command line as a command does.
import type { CommandUnknownOpts } from '@commander-js/extra-typings'

export function parsed<Options>(
  define: (choose: (options: Options) => void) => CommandUnknownOpts,
  args: readonly string[],
): Options {
  const chosen: Options[] = []
  define((options) => chosen.push(options)).parse(args, { from: 'user' })
  return chosen[0] as Options
}
