// Isolates test files that share a process: each file gets fresh modules of the project, and its changes to the process
// are undone afterwards. Files share the modules of node_modules, which take most of the time to load.
import { afterAll, vi } from 'vitest'

vi.resetModules()

const environment = { ...process.env }
const { setTimeout, clearTimeout } = globalThis

afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
  // The engine of local/ replaces these timers.
  Object.assign(globalThis, { setTimeout, clearTimeout })
})
