// Copies in processes of their own, which are killed at one of their calls.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Descriptor } from '../../registry/model/manifest.ts'

const PROGRAM = join(import.meta.dirname, 'copy-process.ts')
/** A copy of the image in these tests makes about 38 calls. */
const CALLS = 40

export function startCopy(
  source: string,
  target: string,
  { digest, mediaType, size }: Descriptor,
): ChildProcess {
  const args = [PROGRAM, source, target, digest, mediaType, String(size)]
  return spawn(process.execPath, args, { stdio: 'ignore' })
}

/** Every nth call, before and after its response; `SYNC_KILL_STEP=1` selects all calls. */
export function callsToKill(step: number): { call: number; when: 'before' | 'after' }[] {
  const each = Number(process.env.SYNC_KILL_STEP ?? step)
  return Array.from({ length: Math.ceil(CALLS / each) }, (_, index) => 1 + index * each).flatMap((call) => [
    { call, when: 'before' as const },
    { call, when: 'after' as const },
  ])
}
