// Targets that do not answer while another one is copied to, by `sync` and by `copy`.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyCommand } from '../../../cli/copy/command.ts'
import { runJob } from '../../../cli/copy/job.ts'
import { showCopyProgress } from '../../../cli/copy/progress.ts'
import { openDockerConfig } from '../../../registry/credentials/docker-config.ts'
import { multiArch } from '../../copy/images.ts'
import { impatient } from '../../copy/registries.ts'
import { parsed } from '../parsed.ts'
import { openSyncWorld, type SyncWorld } from './world.ts'

let world: SyncWorld
beforeEach(async () => {
  world = await openSyncWorld()
  await multiArch(await world.source.build('library/app'), '1.0')
})
afterEach(() => world[Symbol.asyncDispose]())

/** Lets the second target answer when the first one has received the tag. */
function stallTheSecond(): void {
  const [one, two] = world.targets
  const tagged = new Promise<void>((resolve) => {
    one.breakWith(({ method, url = '' }) => {
      if (method === 'PUT' && url.endsWith('/manifests/1.0')) resolve()
      return false
    })
  })
  two.breakWith((request, response) => {
    request.resume()
    void tagged.then(() => response.writeHead(403).end())
    return true
  })
}

test('sync completes the targets that answer meanwhile', async () => {
  stallTheSecond()
  const { pairs } = await world.synced(world.listOf('SOURCE/library/app:1.0'))
  expect(pairs.map(({ outcome }) => outcome)).toEqual(['synced', 'failed'])
})

test('copy completes the targets that answer meanwhile', async () => {
  stallTheSecond()
  const [from, ...to] = [world.source, ...world.targets].map(({ address }) => `${address}/library/app`)
  using progress = showCopyProgress({ write: () => {} })
  const config = openDockerConfig({ environment: {}, home: '/nowhere' })
  const { signal } = new AbortController()
  const options = parsed(copyCommand, [`${from}:1.0`, ...to])
  const { targets } = await runJob(options, { registries: impatient, config, progress, signal })
  expect(targets.map(({ outcome }) => outcome)).toEqual(['synced', 'failed'])
})
