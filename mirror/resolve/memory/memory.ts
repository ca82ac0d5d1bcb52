/** Carries knowledge about an image from run to run, in one document. */
import { NOTHING_REMEMBERED, type Remembered } from './remembered.ts'

export interface Memory {
  /** Knowledge of earlier runs. */
  readonly earlier: Remembered
  /** Stores at once what a step has paid for with pulls, so that no later error or timeout loses it. */
  learn(more: Partial<Remembered>): Promise<void>
  /**
   * Ends a complete run: stores the knowledge that it has used or learned, and drops everything else. A failed run
   * drops nothing.
   */
  finish(rest: Remembered): Promise<void>
}

export interface MemoryOptions {
  /** @default - none */
  readonly remembered?: Remembered | undefined
  /** Stores the document, which may not have changed. @default - nothing is stored */
  readonly remember?: ((remembered: Remembered) => Promise<void>) | undefined
}

export function createMemory({ remembered = NOTHING_REMEMBERED, remember }: MemoryOptions = {}): Memory {
  let learned: Partial<Remembered> = {}
  return {
    earlier: remembered,
    async learn(more) {
      learned = { ...learned, ...more }
      await remember?.({ ...remembered, ...learned })
    },
    finish: async (rest) => remember?.({ ...learned, ...rest }),
  }
}
