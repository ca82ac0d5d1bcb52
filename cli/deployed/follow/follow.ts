/** Implements the command `follow`. */
import type { Terminal } from '../../terminal/terminal.ts'
import type { Executions } from '../aws/executions.ts'
import type { Mirror } from '../aws/mirror.ts'
import { AwsProblem } from '../aws/problem.ts'
import { withMirror } from '../aws/with-mirror.ts'
import { followRun } from '../run/follow-run.ts'
import type { FollowOptions } from './command.ts'

/** Returns the exit status. */
export async function follow(
  { place, run, json }: FollowOptions,
  terminal: Terminal,
  signal: AbortSignal,
  pollMs?: number,
): Promise<number> {
  return withMirror(place, signal, async (deployed) => {
    const { executions, mirror } = deployed
    const execution = run === undefined ? await latest(executions, mirror) : await executions.describe(run)
    return followRun(execution, deployed, terminal, {
      json,
      signal,
      ...(pollMs === undefined ? {} : { pollMs }),
    })
  })
}

async function latest(executions: Executions, { stack }: Mirror) {
  const [execution] = await executions.recent(1)
  if (execution !== undefined) return execution
  throw new AwsProblem(
    `The mirror ${stack} has had no runs in the last 90 days; start one with "npx image-mirror start".`,
  )
}
