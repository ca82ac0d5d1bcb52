/** Implements the command `start`: starts a run of the deployed mirror, and follows it. */
import { randomBytes } from 'node:crypto'
import { unlessAborted } from '../../terminal/interrupted.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { type Deployed, withMirror } from '../aws/with-mirror.ts'
import { followRun } from '../run/follow-run.ts'
import type { StartOptions } from './command.ts'
import { type StartInput, startInput } from './input.ts'

/** Returns the exit status. */
export async function start(
  options: StartOptions,
  terminal: Terminal,
  signal: AbortSignal,
  pollMs?: number,
): Promise<number> {
  const given = await unlessAborted(startInput(options), signal)
  return withMirror(options.place, signal, async (deployed) => {
    const run = runName(new Date())
    const execution = await deployed.executions.start(run, await stored(run, given, deployed))
    const { json, follow } = options
    return followRun(execution, deployed, terminal, {
      json,
      noFollow: !follow,
      signal,
      ...(pollMs === undefined ? {} : { pollMs }),
    })
  })
}

/** Stores a list that does not fit into the input. Under `runs/`, it is removed with the documents of the run. */
async function stored(
  run: string,
  { input, stored: text }: StartInput,
  { documents }: Deployed,
): Promise<object> {
  if (text === undefined) return input
  const store = await documents()
  const key = `runs/${run}/input.yaml`
  await store.put(key, text)
  return { ...input, imagesFrom: `s3://${store.bucket}/${key}` }
}

/** `start-20261130T041500Z-3f2a`: sorts by time, and is unique for two people at the same second. */
export function runName(now: Date, prefix = 'start'): string {
  return `${prefix}-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(2).toString('hex')}`
}
