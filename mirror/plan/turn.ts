/**
 * Lets one run at a time work on all images of a schedule. A run that comes due while an earlier one waits for a rate
 * limit or for builds would only repeat its requests.
 */
import * as z from 'zod'

/** `schedules/<schedule>.json`: the run that last took the turn. */
export const turnSchema = z.strictObject({ execution: z.string() })
export type Turn = z.infer<typeof turnSchema>

export interface Turns {
  /** The last turn, if any. */
  last(): Promise<Turn | undefined>
  /** Whether that execution is still running. */
  isRunning(execution: string): Promise<boolean>
  take(turn: Turn): Promise<void>
}

/**
 * Takes the turn unless an earlier run holds it and is still active, so a broken run does not block later ones. Runs
 * that people start always proceed, but do not take the turn from an active run.
 * @returns the earlier run, if this one must not do anything
 */
export async function takeTurn(
  { execution, due }: { readonly execution: string; readonly due: boolean },
  turns: Turns,
): Promise<string | undefined> {
  const last = await turns.last()
  // A retry of Plan finds the turn of its own run.
  const isFree =
    last === undefined || last.execution === execution || !(await turns.isRunning(last.execution))
  if (isFree) await turns.take({ execution })
  return isFree || !due ? undefined : last.execution.split(':').at(-1)
}
