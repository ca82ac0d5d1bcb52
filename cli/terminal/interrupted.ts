/** Exit statuses and errors of interrupted commands. */

/** 128 plus the signal's number, the convention of shells. */
export const INTERRUPTED = { SIGINT: 130, SIGTERM: 143 } as const

/** The name of the failure of work that a signal stopped. */
const INTERRUPTION = 'Interrupted'

/** The error of a command that a signal stopped before it had a result. */
export class Interrupted extends Error {
  override readonly name = INTERRUPTION
  readonly status: number

  /** @param more - what the user needs to know about what was done */
  constructor(status: number, more?: string) {
    super(`Interrupted.${more === undefined ? '' : ` ${more}`}`)
    this.status = status
  }
}

/** Returns undefined unless a signal of the process aborted the work. */
export function interruptedStatus(signal: AbortSignal): number | undefined {
  const reason: unknown = signal.reason
  return reason === 'SIGINT' || reason === 'SIGTERM' ? INTERRUPTED[reason] : undefined
}

/**
 * Waits for the exit status of a command.
 * @throws {Interrupted} for an error after a signal, which is the interruption rather than a failure
 */
export async function orInterrupted(work: Promise<number>, signal: AbortSignal): Promise<number> {
  try {
    return await work
  } catch (error) {
    const status = interruptedStatus(signal)
    if (status === undefined || error instanceof Interrupted) throw error
    throw new Interrupted(status)
  }
}

export function isInterruption(error: { readonly name: string } | undefined): boolean {
  return error?.name === INTERRUPTION
}

/** The failure of work that a signal stopped. */
export function interruption(): Error {
  const error = new Error('interrupted; run the command again to continue')
  error.name = INTERRUPTION
  return error
}

/** Rejects on abort even if the work cannot be cancelled, such as a credential helper that prompts the user. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const stop = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
