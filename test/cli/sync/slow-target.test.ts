// Targets that do not answer while another one is copied to, by `sync` and by `copy`.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyCommand } from '../../../cli/copy/command.ts'
import { runJob } from '../../../cli/copy/job.ts'
import { showCopyProgress } from '../../../cli/copy/progress.ts'
import { openDockerConfig } from '../../../registry/credentials/docker-config.ts'
import { multiArch } from '../../copy/images.ts'
import { impatient, type TestRegistry } from '../../copy/registries.ts'
import { parsed } from '../parsed.ts'
import { openSyncWorld, type SyncWorld } from './world.ts'

let world: SyncWorld
beforeEach(async () => {
  world = await openSyncWorld()
  await multiArch(await world.source.build('library/app'), '1.0')
})
afterEach(() => world[Symbol.asyncDispose]())

/** Lets one target answer when the other one has received the tag. */
function stall(index: 0 | 1): void {
  const stalled = world.targets[index]
  const other = world.targets[1 - index] as TestRegistry
  const tagged = new Promise<void>((resolve) => {
    other.breakWith(({ method, url = '' }) => {
      if (method === 'PUT' && url.endsWith('/manifests/1.0')) resolve()
      return false
    })
  })
  stalled.breakWith((request, response) => {
    request.resume()
    void tagged.then(() => response.writeHead(403).end())
    return true
  })
}

test.each([0, 1] as const)(
  'sync completes the target that answers while number %i does not',
  async (index) => {
    stall(index)
    const { pairs } = await world.synced(world.listOf('SOURCE/library/app:1.0'))
    expect(pairs.map(({ outcome }) => outcome)).toEqual(
      index === 0 ? ['failed', 'synced'] : ['synced', 'failed'],
    )
  },
)

test.each([0, 1] as const)(
  'copy completes the target that answers while number %i does not',
  async (index) => {
    stall(index)
    const [from, ...to] = [world.source, ...world.targets].map(({ address }) => `${address}/library/app`)
    using progress = showCopyProgress({ write: () => {} })
    const config = openDockerConfig({ environment: {}, home: '/nowhere' })
    const { signal } = new AbortController()
    const options = parsed(copyCommand, [`${from}:1.0`, ...to])
    const { targets } = await runJob(options, { registries: impatient, config, progress, signal })
    expect(targets.map(({ outcome }) => outcome)).toEqual(
      index === 0 ? ['failed', 'synced'] : ['synced', 'failed'],
    )
  },
)
