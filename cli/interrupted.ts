/** What the program ends with when a signal ended it. */

/** 128 and the signal's number, as shells have it. */
export const INTERRUPTED: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 }

/** How what was under way is told to have ended. */
export function interruption(): Error {
  const error = new Error('interrupted before it was done; run it again to go on from here')
  error.name = 'Interrupted'
  return error
}
