/**
 * Whose turn a schedule's images are: one run at a time works on all images of a schedule. A run that comes due while an
 * earlier one still waits for a rate limit or for builds would ask for the same, and wait beside it.
 */
import * as z from 'zod'

/** `schedules/<schedule>.json`: the latest run that took its turn. */
export const turnSchema = z.strictObject({ execution: z.string() })
export type Turn = z.infer<typeof turnSchema>

export interface Turns {
  /** The latest, if there was one. */
  last(): Promise<Turn | undefined>
  /** Whether that execution still runs. */
  isAtWork(execution: string): Promise<boolean>
  take(turn: Turn): Promise<void>
}

/**
 * Takes the turn, unless an earlier run has it and is still at work: one that broke is not, so no run blocks the next
 * ones for ever. What people start runs all the same, but leaves the turn where it is.
 * @returns the run to which this one leaves all, if it does
 */
export async function leaveToEarlier(
  { execution, due }: { readonly execution: string; readonly due: boolean },
  turns: Turns,
): Promise<string | undefined> {
  const last = await turns.last()
  // A retry of Plan finds the turn of its own run.
  const isFree = last === undefined || last.execution === execution || !(await turns.isAtWork(last.execution))
  if (isFree) await turns.take({ execution })
  return isFree || !due ? undefined : last.execution.split(':').at(-1)
}
