// Makes files that run in one process, one after the other, each as if the process were its own: it gets modules of the
// project that nobody else has used, and what it changes of the process is put back after it. What several files do
// share is what comes from node_modules, which takes most of the time to load.
import { afterAll, vi } from 'vitest'

vi.resetModules()

const environment = { ...process.env }
const { setTimeout, clearTimeout } = globalThis

afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
  // The engine of local/ is given timers of its own through these.
  Object.assign(globalThis, { setTimeout, clearTimeout })
})
