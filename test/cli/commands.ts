// The names of all commands, in the order of the help.
import { commonCommands } from '../../cli/commands.ts'

export const COMMANDS: readonly string[] = [
  'run',
  ...commonCommands(() => {}).map((command) => command.name()),
]
