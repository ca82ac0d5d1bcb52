/**
 * Flags that npm took for its own: with `npm start --list FILE`, without `--` between, npm keeps `--list` to itself and
 * hands on FILE alone. It reports the flag in the environment.
 * https://docs.npmjs.com/cli/using-npm/scripts#environment
 */
import { UsageError } from '../usage-error.ts'

export interface Flag {
  name(): string
  /** Takes a value. */
  readonly required: boolean
}

/** @throws {UsageError} with the command as it has to be typed */
export function refuseNpmFlags(
  args: readonly string[],
  flags: readonly Flag[],
  env: NodeJS.ProcessEnv,
): void {
  if (env.npm_lifecycle_event !== 'start') return
  const values = args.filter((arg) => !arg.startsWith('-'))
  const typed = flags.flatMap((flag) => {
    const name = flag.name()
    const kept = env[`npm_config_${name.replaceAll('-', '_')}`]
    if (kept === undefined || kept === '' || kept === 'false') return []
    if (!flag.required) return [`--${name}`]
    const value = kept === 'true' ? values.shift() : kept
    return [`--${name} ${value ?? 'VALUE'}`]
  })
  // npm's own `-c` runs a command.
  const list = /^list=(.+)$/.exec(env.npm_config_call ?? '')?.[1]
  if (list !== undefined) typed.push(`--list ${list}`)
  if (typed.length === 0) return
  throw new UsageError(
    `npm takes flags in front of "--" for its own; write it in between:\n  npm start -- ${typed.join(' ')}`,
  )
}
