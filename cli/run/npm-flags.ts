/**
 * Detects flags that npm consumed. In `npm start --list FILE`, without `--`, npm takes `--list` as its own flag, passes
 * only FILE on, and sets an environment variable for the flag.
 * https://docs.npmjs.com/cli/using-npm/scripts#environment
 */
import { UsageError } from '../program/usage-error.ts'

export interface Flag {
  name(): string
  /** Whether the flag takes a value. */
  readonly required: boolean
}

/** @throws {UsageError} with the correct command */
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
    `npm consumes flags that are not after "--"; write:\n  npm start -- ${typed.join(' ')}`,
  )
}
