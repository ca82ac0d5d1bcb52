// Deploys with the CDK, as users do.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../infra/bundle.ts'
import type { Deployment } from './deployment.ts'

export const cdkDeployment: Deployment = {
  async deploy(list, { trial }, signal) {
    const folder = await mkdtemp(join(tmpdir(), 'image-mirror-aws-'))
    try {
      const file = join(folder, 'mirror.json')
      await writeFile(file, JSON.stringify(list))
      const child = spawn(
        'npx',
        [
          ...['cdk', 'deploy', '--all', '--require-approval', 'never', '--output', join(folder, 'cdk.out')],
          ...['-c', `name=${trial}`, '-c', `list=${file}`, '--tags', `image-mirror:test=${trial}`],
        ],
        { cwd: PROJECT_ROOT, stdio: ['ignore', 'ignore', 'inherit'], signal },
      )
      const [status] = (await once(child, 'exit')) as [number | null]
      if (status !== 0) throw new Error(`cdk deploy ended with status ${status}`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}
