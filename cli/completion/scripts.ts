/** Generates shell completion scripts from the command definitions. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

const PROGRAM = 'image-mirror'
const FUNCTION = '_image_mirror'

interface Flag {
  /** `--list`, `-h`. */
  readonly names: readonly string[]
  readonly text: string
  readonly takesValue: boolean
  /** The allowed values. If empty, the value completes to file names. */
  readonly values: readonly string[]
}

interface Entry {
  readonly name: string
  readonly text: string
  readonly flags: readonly Flag[]
  /** The allowed arguments. If empty, arguments complete to file names. */
  readonly values: readonly string[]
}

const SCRIPTS: Readonly<Record<Shell, (entries: readonly Entry[]) => string[]>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

export function completionScript(shell: Shell, program: CommandUnknownOpts): string {
  return `${SCRIPTS[shell](entriesOf(program)).join('\n')}\n`
}

function entriesOf(program: CommandUnknownOpts): Entry[] {
  const help = program.createHelp()
  const commands = help.visibleCommands(program)
  const names = commands.map((command) => command.name())
  return commands.map((command) => ({
    name: command.name(),
    text: help.subcommandDescription(command),
    flags: help.visibleOptions(command).map((option) => ({
      names: [option.long, option.short].filter((name) => name !== undefined),
      text: option.description,
      takesValue: option.required || option.optional,
      values: option.argChoices ?? [],
    })),
    values:
      command.name() === 'help'
        ? names
        : command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }))
}

function bashScript(entries: readonly Entry[]): string[] {
  const valued = entries.flatMap(({ name, flags }) =>
    flags
      .filter(({ takesValue }) => takesValue)
      .map(({ names, values }) => {
        const patterns = names.map((flag) => `${name}:${flag}`).join('|')
        return `    ${patterns}) words=${quoted(values.join(' '))} ;;`
      }),
  )
  const words = entries.map(({ name, flags, values }) => {
    const known = [...flags.map(({ names }) => names[0]), ...values]
    return `    ${name}:*) words=${quoted(known.join(' '))} ;;`
  })
  return [
    `${FUNCTION}() {`,
    // Bash passes the current word as $2 and the previous one as $3.
    `  local words="" command="\${COMP_WORDS[1]}"`,
    `  if [ "$COMP_CWORD" -eq 1 ]; then words=${quoted(entries.map(({ name }) => name).join(' '))}`,
    '  else case "$command:$3" in',
    ...valued,
    ...words,
    '  esac; fi',
    // Bash 3.2, which macOS ships, has no mapfile. Splitting at spaces is safe, because no word contains a space.
    '  COMPREPLY=($(compgen -W "$words" -- "$2"))',
    '}',
    `complete -o default -F ${FUNCTION} ${PROGRAM}`,
  ]
}

function zshScript(entries: readonly Entry[]): string[] {
  const described = entries.map(({ name, text }) => quoted(`${name}:${text}`)).join(' ')
  const cases = entries.map(({ name, flags, values }) => {
    const specs = flags.flatMap(({ names, text, takesValue, values: some }) => {
      const value = takesValue ? `:value:${zshValues(some)}` : ''
      return names.map((flag) => quoted(`${flag}[${text.replaceAll(/[[\]:\\]/g, '\\$&')}]${value}`))
    })
    return `    ${name}) _arguments ${[...specs, quoted(`*:argument:${zshValues(values)}`)].join(' ')} ;;`
  })
  return [
    `#compdef ${PROGRAM}`,
    `${FUNCTION}() {`,
    `  local -a commands=(${described})`,
    '  if (( CURRENT == 2 )); then _describe command commands; return; fi',
    '  shift words; (( CURRENT-- ))',
    '  case $words[1] in',
    ...cases,
    '  esac',
    '}',
    `compdef ${FUNCTION} ${PROGRAM}`,
  ]
}

function zshValues(values: readonly string[]): string {
  return values.length === 0 ? '_files' : `(${values.join(' ')})`
}

function fishScript(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ name, text, flags, values }) => {
    const within = `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c ${PROGRAM} -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(text)}`,
      ...flags.map(({ names, text: what, takesValue, values: some }) => {
        const flag = names.map((one) => (one.startsWith('--') ? `-l ${one.slice(2)}` : `-s ${one.slice(1)}`))
        const value = some.length > 0 ? [`-x -a '${some.join(' ')}'`] : takesValue ? ['-r -F'] : []
        return [within, ...flag, ...value, `-d ${fishQuoted(what)}`].join(' ')
      }),
      ...(values.length === 0 ? [] : [`${within} -f -a '${values.join(' ')}'`]),
    ]
  })
}

/** Quotes for bash and zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}
