// Tells a run that hangs, or asks without end, from one on a busy machine: by its questions, and not by its time.
import type { Exchange } from './wire.ts'

export interface Pulse {
  /** The same talk, of which each question is a sign of life. */
  felt(talk: (exchange: Exchange) => void): (exchange: Exchange) => void
  /** @throws if there is no sign of life for too long, or too many */
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
