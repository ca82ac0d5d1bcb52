/**
 * Virtual timers for the embedded engine. The engine uses the global timer functions and cannot be configured, so these
 * are replaced: code inside `inTime` gets virtual timers, all other code gets Node's.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { clearTimeout as clearRealTimeout, setTimeout as setRealTimeout } from 'node:timers'
import type { Time, Timer } from './time.ts'

const times = new AsyncLocalStorage<Time | undefined>()
let replaced = false
const engineTimers = new WeakSet<object>()

/** Runs the engine: its waits, backoffs and timeouts use this time. */
export function inTime<T>(time: Time, run: () => T): T {
  if (!replaced) replaceGlobals()
  return times.run(time, run)
}

/** Runs services that the engine calls in real time. */
export function inRealTime<T>(run: () => T): T {
  return times.run(undefined, run)
}

function replaceGlobals(): void {
  replaced = true
  const setAnyTimeout = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
    const time = times.getStore()
    if (!time) return setRealTimeout(callback, ms, ...args)
    const timer = time.after(ms, () => callback(...args))
    engineTimers.add(timer)
    return timer
  }
  const clearAnyTimeout = (timer: unknown): void => {
    if (isEngineTimer(timer)) timer.cancel()
    else clearRealTimeout(timer as NodeJS.Timeout)
  }
  // Keeps the function's properties: `util.promisify` finds its own version there.
  globalThis.setTimeout = withPropertiesOf(setRealTimeout, setAnyTimeout)
  globalThis.clearTimeout = withPropertiesOf(clearRealTimeout, clearAnyTimeout)
}

function withPropertiesOf<T extends object>(original: T, replacement: object): T {
  return Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original)) as T
}

function isEngineTimer(timer: unknown): timer is Timer {
  return typeof timer === 'object' && timer !== null && engineTimers.has(timer)
}
