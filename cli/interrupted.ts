/** Exit statuses and the error for interrupted commands. */

/** 128 plus the signal's number, the convention of shells. */
export const INTERRUPTED: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 }

/** The failure of work that a signal stopped. */
export function interruption(): Error {
  const error = new Error('interrupted; run the command again to continue')
  error.name = 'Interrupted'
  return error
}
