/** The inside of the synthesis: runs `infra/` and tells what came of it. */
import { parentPort, workerData } from 'node:worker_threads'
import { buildApp, STACK_NAME } from '../infra/build-app.ts'
import type { List } from '../mirror/config.ts'

export type Synthesized =
  | { readonly stack: string; readonly region: string }
  | { readonly error: { readonly name: string; readonly message: string } }

function synthesize({ list, outdir }: { readonly list: List; readonly outdir: string }): Synthesized {
  try {
    const assembly = buildApp({ list, outdir })
    const { region } = assembly.getStackByName(STACK_NAME).environment
    return { stack: STACK_NAME, region }
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown))
    return { error: { name, message } }
  }
}

parentPort?.postMessage(synthesize(workerData as Parameters<typeof synthesize>[0]))
