// Deploys with the CDK, as users do.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../infra/bundle.ts'
import type { Deployment } from './deployment.ts'

/** Not by way of npx, which would not pass on a signal. */
const CDK = join(PROJECT_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk')

export const cdkDeployment: Deployment = {
  async deploy(list, { trial }, signal) {
    const folder = await mkdtemp(join(tmpdir(), 'image-mirror-aws-'))
    try {
      const file = join(folder, 'mirror.json')
      await writeFile(file, JSON.stringify(list))
      const child = spawn(
        process.execPath,
        [
          ...[CDK, 'deploy', '--all', '--require-approval', 'never', '--output', join(folder, 'cdk.out')],
          ...['-c', `name=${trial}`, '-c', `list=${file}`, '--tags', `image-mirror:test=${trial}`],
        ],
        { cwd: PROJECT_ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
      )
      await ended(child, signal)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Waits for the end of a process in any case: while it runs, it may still create what is to be deleted. */
export async function ended(child: ChildProcess, signal: AbortSignal): Promise<void> {
  const stop = () => void child.kill()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const [status] = (await once(child, 'exit')) as [number | null]
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
  if (status !== 0) throw new Error(`cdk deploy ended with status ${status}; its messages are above`)
}
