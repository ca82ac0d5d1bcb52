// Distinguishes a run that hangs, or sends requests without end, from a run on a busy machine, by its requests
// instead of its time.
import type { Exchange } from './wire.ts'

export interface Pulse {
  /** The same talk function; each request counts as a sign of life. */
  felt(talk: (exchange: Exchange) => void): (exchange: Exchange) => void
  /** @throws if no request arrives for too long, or if there are too many */
  during<T>(run: Promise<T>): Promise<T>
}

export function createPulse(limits: { readonly silenceMs: number; readonly questions: number }): Pulse {
  let asked = 0
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {})
  const hangs = (): void => over.reject(new Error(`it has asked nothing for ${limits.silenceMs} ms`))
  const silence = setTimeout(hangs, limits.silenceMs)
  return {
    felt: (talk) => (exchange) => {
      silence.refresh()
      if (++asked > limits.questions) over.reject(new Error(`it has asked ${asked} questions, and goes on`))
      talk(exchange)
    },
    async during(run) {
      try {
        return await Promise.race([run, over.promise])
      } finally {
        clearTimeout(silence)
      }
    },
  }
}
