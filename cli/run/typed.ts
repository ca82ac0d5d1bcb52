/** Resolves the folder where the command was typed, and paths relative to it. */
import { relative, resolve } from 'node:path'

/** npm runs scripts in the project's folder and sets INIT_CWD to the folder where the user typed the command. */
export function typedIn(env: NodeJS.ProcessEnv = process.env): string {
  return (env.npm_lifecycle_event === 'start' ? env.INIT_CWD : undefined) ?? process.cwd()
}

/** Returns the shorter of the absolute path and the path relative to that folder. */
export function asTyped(path: string, env: NodeJS.ProcessEnv = process.env): string {
  const whole = resolve(path)
  const short = relative(typedIn(env), whole) || '.'
  return short.length < whole.length ? short : whole
}
