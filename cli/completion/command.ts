/** Defines the command `completion`, which prints a shell's completion script. */
import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { type Choose, defineCommand, moreHelp } from '../program/define.ts'
import { completionScript, SHELLS } from './scripts.ts'

const MORE = `
Completion applies to the command image-mirror that "npm install --global" installs.

Examples:
  source <(image-mirror completion bash)   in ~/.bashrc
  source <(image-mirror completion zsh)    in ~/.zshrc, after compinit
  image-mirror completion fish > ~/.config/fish/completions/image-mirror.fish`

export function completionCommand(choose: Choose): CommandUnknownOpts {
  return defineCommand('completion')
    .summary('prints a script that completes commands and flags in a shell')
    .description('Prints a script that completes commands, flags and their values in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', moreHelp(MORE))
    .action((shell, _, command) =>
      choose(async ({ stdout }) => {
        stdout.write(completionScript(shell, command.parent ?? command))
        return 0
      }),
    )
}
