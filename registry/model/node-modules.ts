/**
 * Modules of Node that take milliseconds to load: loaded when they are first needed, and the one that always is while
 * the first answer is on its way. They are not imported, since an import loads them before anything else, and has Node
 * decode its hundred certificates besides.
 */
import { monotonicMs } from './clock.ts'

export const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto')
export const https = (): typeof import('node:https') => process.getBuiltinModule('node:https')
export const tls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls')

let isLoading = false
let tookMs = 0
const loading = Promise.withResolvers<void>()

/** Resolves when all that a first request needs was loaded. */
export const loaded: Promise<void> = loading.promise

/** For how long answers that had come could not be noticed, because of that. */
export function loadingMs(): number {
  return tookMs
}

/** To be called when there is something to wait for. */
export function loadWhileWaiting(): void {
  if (isLoading) return
  isLoading = true
  // Not at once: what other requests have to do to be sent comes first.
  setImmediate(() => {
    const started = monotonicMs()
    crypto()
    tookMs = monotonicMs() - started
    loading.resolve()
  })
}
