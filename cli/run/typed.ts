/** Where this command was typed, and paths as they can be typed there. */
import { relative, resolve } from 'node:path'

/** npm runs scripts in the project's folder, and says where the command was typed. */
export function typedIn(env: NodeJS.ProcessEnv = process.env): string {
  return (env.npm_lifecycle_event === 'start' ? env.INIT_CWD : undefined) ?? process.cwd()
}

/** A path as short as it can be typed there. */
export function asTyped(path: string, env: NodeJS.ProcessEnv = process.env): string {
  const whole = resolve(path)
  const short = relative(typedIn(env), whole) || '.'
  return short.length < whole.length ? short : whole
}
