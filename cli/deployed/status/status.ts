/** Implements the command `status`. */
import { unlessAborted } from '../../terminal/interrupted.ts'
import { printJson, printLines } from '../../terminal/print.ts'
import { type Terminal, widthOf } from '../../terminal/terminal.ts'
import { withMirror } from '../aws/with-mirror.ts'
import type { StatusOptions } from './command.ts'
import { readStatus } from './document.ts'
import { renderStatus } from './text.ts'

/** Returns the exit status. */
export async function status(
  { place, json }: StatusOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  return withMirror(place, signal, async (deployed) => {
    const { stdout } = terminal
    const found = await unlessAborted(readStatus(deployed), signal)
    if (json) printJson(stdout, found)
    else printLines(stdout, renderStatus(found, deployed.mirror.place, new Date(), widthOf(stdout)))
    return found.counts.failing === 0 ? 0 : 1
  })
}
