// Runs inside a build thread: one build after the other, each with newly loaded modules.
import { pathToFileURL } from 'node:url'
import { parentPort } from 'node:worker_threads'

export interface Order {
  readonly program: string
  readonly environment: Readonly<Record<string, string>>
}
export interface Done {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

let builds = 0

parentPort?.on('message', async ({ program, environment }: Order) => {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
  process.exitCode = 0
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (chunk: string | Uint8Array) => {
      printed[name] += String(chunk)
      return true
    }
  }
  // A new name bypasses the module cache. The build has ended once the import resolves, because the program uses
  // top-level await.
  await import(`${pathToFileURL(program).href}?build=${++builds}`)
  const done: Done = { status: Number(process.exitCode), ...printed }
  parentPort?.postMessage(done)
})
