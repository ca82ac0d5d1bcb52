/** The document of `doctor --json`. */
import { z } from 'zod'

export const findingSchema = z.strictObject({
  /** `ok`, or how much it matters. */
  status: z.enum(['ok', 'warning', 'failed', 'notChecked']),
  /** What was found, or why it is not checked. */
  found: z.string(),
  /** What to do. @default - nothing */
  remedy: z.string().optional(),
  /** The command that does it. @default - none */
  command: z.string().optional(),
})
export type Finding = z.infer<typeof findingSchema>

export const diagnosisSchema = z.strictObject({
  mirror: z.strictObject({
    /** The name of its CloudFormation stack. */
    stack: z.string(),
    account: z.string(),
    region: z.string(),
  }),
  /** The findings. A check may have several. */
  checks: z.array(
    findingSchema.extend({
      /** The name of the check, such as `push stacks`. */
      check: z.string(),
    }),
  ),
  /** Number of findings by status. */
  counts: z.strictObject({
    /** Nothing to do. */
    ok: z.int(),
    /** Works, and may stop working. */
    warning: z.int(),
    /** Does not work. */
    failed: z.int(),
    /** Could not be checked. */
    notChecked: z.int(),
  }),
})
export type Diagnosis = z.infer<typeof diagnosisSchema>

export function ok(found: string): Finding {
  return { status: 'ok', found }
}

/** What to do, in words and as a command. */
export interface Remedy {
  readonly remedy: string
  readonly command?: string
}

export function warning(found: string, remedy: Remedy): Finding {
  return { status: 'warning', found, ...remedy }
}

export function failed(found: string, remedy: Remedy): Finding {
  return { status: 'failed', found, ...remedy }
}

export function notChecked(found: string, remedy?: Remedy): Finding {
  return { status: 'notChecked', found, ...remedy }
}

/** One finding if all is well, else those that are not. */
export function allOk(found: string, problems: readonly (Finding | undefined)[]): Finding[] {
  const real = problems.filter((one) => one !== undefined)
  return real.length === 0 ? [ok(found)] : real
}
