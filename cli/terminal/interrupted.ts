/** Exit statuses and the error for interrupted commands. */
import type { Terminal } from './terminal.ts'

/** 128 plus the signal's number, the convention of shells. */
export const INTERRUPTED: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 }

/** Waits for the exit status of a command. An error after a signal is the interruption, not a failure. */
export async function orInterrupted(
  work: Promise<number>,
  { stderr }: Pick<Terminal, 'stderr'>,
  signal: AbortSignal,
): Promise<number> {
  try {
    return await work
  } catch (error) {
    const status = INTERRUPTED[String(signal.reason)]
    if (status === undefined) throw error
    stderr.write('Interrupted.\n')
    return status
  }
}

/** The name of the failure of work that a signal stopped. */
const INTERRUPTION = 'Interrupted'

export function isInterruption(error: { readonly name: string } | undefined): boolean {
  return error?.name === INTERRUPTION
}

/** The failure of work that a signal stopped. */
export function interruption(): Error {
  const error = new Error('interrupted; run the command again to continue')
  error.name = INTERRUPTION
  return error
}
