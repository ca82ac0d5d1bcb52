/** Follows a run of the deployed mirror until it ends or the user interrupts, and prints it. */
import { paintFor } from '../../run/paint.ts'
import { showProgress } from '../../run/show-progress.ts'
import { interruptedStatus } from '../../terminal/interrupted.ts'
import { printJson, printLines } from '../../terminal/print.ts'
import { type Terminal, widthOf } from '../../terminal/terminal.ts'
import { wrap } from '../../terminal/words.ts'
import { type Execution, isRunning } from '../aws/executions.ts'
import type { Deployed } from '../aws/with-mirror.ts'
import { readRunState } from './document.ts'
import { commandText, renderRun } from './text.ts'
import { watchRun } from './watch.ts'

export interface FollowProps {
  readonly json: boolean
  /** @default false */
  readonly noFollow?: boolean
  /** @default 2 seconds */
  readonly pollMs?: number
  readonly signal: AbortSignal
}

const POLL_MS = 2_000

/** Returns the exit status. */
export async function followRun(
  execution: Execution,
  deployed: Deployed,
  terminal: Terminal,
  props: FollowProps,
): Promise<number> {
  const { place } = deployed.mirror
  const follow = commandText('follow', [execution.run], place)
  const people = props.json ? terminal.stderr : terminal.stdout
  const last = props.noFollow === true ? execution : await watch(execution, deployed, terminal, props)
  const state = await readRunState(last, deployed)
  if (props.json) printJson(terminal.stdout, state)
  if (isRunning(last)) {
    const what = props.signal.aborted ? 'The run goes on' : 'The run has started'
    printLines(people, [...wrap(`${what}: ${last.arn}`, widthOf(people)), 'Follow it with:', `  ${follow}`])
    return props.signal.aborted ? (interruptedStatus(props.signal) ?? 1) : 0
  }
  if (!props.json) printLines(people, renderRun(state, place, widthOf(people)))
  return last.status === 'SUCCEEDED' ? 0 : 1
}

function tooMany(pairs: number, most: number): string {
  const [count, limit] = [pairs, most].map((number) => number.toLocaleString('en-US'))
  return `${count} pairs are more than the ${limit} that are shown one by one; the result follows when the run ends`
}

async function watch(
  execution: Execution,
  { executions, documents }: Deployed,
  { stderr }: Terminal,
  { signal, pollMs = POLL_MS }: FollowProps,
): Promise<Execution> {
  const display = showProgress(stderr, paintFor(stderr))
  display.step(`Following ${execution.run}; Ctrl-C leaves it running`)
  try {
    return await watchRun({
      execution,
      executions,
      documents: await documents(),
      onChange: display.update,
      onTooMany: (pairs, most) => display.step(tooMany(pairs, most)),
      pollMs,
      signal,
    })
  } finally {
    display.end()
  }
}
