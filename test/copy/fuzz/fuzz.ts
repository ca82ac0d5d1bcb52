// Runs many cases concurrently, each with its own seed.
import { runCase, type Verdict } from './case.ts'

export interface FuzzOptions {
  readonly cases: number
  /** The seed of the first case. Each further case increments it. */
  readonly seed: number
  /** Starts no further case after a finding. @default false */
  readonly untilFound?: boolean
  readonly onCase?: (verdict: Verdict, done: number) => void
}

export interface Figures {
  readonly cases: number
  readonly succeeded: number
  readonly struck: number
  readonly slowest: Verdict | undefined
  readonly findings: readonly Verdict[]
  /** Unhandled rejections of any case. */
  readonly unhandled: readonly string[]
}

/** High, because cases mostly wait for stalls. */
const AT_ONCE = 64

export async function fuzz({ cases, seed, untilFound = false, onCase }: FuzzOptions): Promise<Figures> {
  const unhandled: string[] = []
  const note = (reason: unknown): void => {
    unhandled.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason))
  }
  process.on('unhandledRejection', note).on('uncaughtException', note)
  const verdicts: Verdict[] = []
  let started = 0
  let isOver = false
  const work = async (): Promise<void> => {
    while (started < cases && !isOver) {
      const verdict = await runCase(seed + started++)
      verdicts.push(verdict)
      if (untilFound && verdict.findings.length > 0) isOver = true
      onCase?.(verdict, verdicts.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } finally {
    process.off('unhandledRejection', note).off('uncaughtException', note)
  }
  return {
    cases: verdicts.length,
    succeeded: verdicts.filter(({ told }) => told?.success).length,
    struck: verdicts.reduce((sum, verdict) => sum + verdict.struck, 0),
    slowest: verdicts.toSorted((one, other) => other.ms - one.ms)[0],
    findings: verdicts.filter(({ findings }) => findings.length > 0),
    unhandled,
  }
}
