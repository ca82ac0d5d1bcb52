/** The worker thread of the synthesis: runs `infra/` and posts the result. */
import { parentPort, workerData } from 'node:worker_threads'
import { buildApp } from '../../infra/build-app.ts'
import { STACK_NAME } from '../../infra/stack-name.ts'
import type { List } from '../../mirror/list/config.ts'

/** A stack in another region that belongs to the first. */
export interface OtherStack {
  readonly stack: string
  readonly region: string
}

export type Synthesized =
  | { readonly stack: string; readonly others: readonly OtherStack[] }
  | { readonly error: { readonly name: string; readonly message: string } }

function synthesize({ list, outdir }: { readonly list: List; readonly outdir: string }): Synthesized {
  try {
    const assembly = buildApp({ list, outdir })
    const others = assembly.stacks
      .filter(({ stackName }) => stackName !== STACK_NAME)
      .map(({ stackName, environment }) => ({ stack: stackName, region: environment.region }))
    return { stack: STACK_NAME, others }
  } catch (thrown) {
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown))
    return { error: { name, message } }
  }
}

parentPort?.postMessage(synthesize(workerData as Parameters<typeof synthesize>[0]))
