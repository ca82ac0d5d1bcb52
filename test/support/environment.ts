// Environment variables for a part of a test.
import { vi } from 'vitest'

/** Sets variables while the work runs. Unlike `vi.unstubAllEnvs`, it keeps those that the set-up of the file has set. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string | undefined>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  try {
    return await work()
  } finally {
    for (const [name, value] of before) vi.stubEnv(name, value)
  }
}
