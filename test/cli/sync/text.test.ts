// The command that `sync` prints to try failed pairs again.
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failing } from '../../copy/registries.ts'
import { openSyncWorld, type SyncWorld } from './world.ts'

let world: SyncWorld
beforeEach(async () => {
  world = await openSyncWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

test('names pairs only where another pair of their image ended well, and keeps --report', async () => {
  await world.imageOf('team/app', '1.0')
  world.targets[1].breakWith(failing(/./, 403))
  const list = world.listOf('SOURCE/team/app:1.0', 'SOURCE/team/none:1.0')
  const page = join(world.folder, 'report.html')
  const { out } = await world.run(list, { flags: ['--report', page] })
  const images = ['app:1.0@two', 'none:1.0'].map((name) => `--only ${world.source.address}/team/${name}`)
  const command = `npx image-mirror sync ${images.join(' ')} --report /report.html /list.yaml`
  expect(out).toContain(`Try the failed pairs again:\n  ${command}\n`)
})

test('keeps to the targets that were wanted', async () => {
  const none = `${world.source.address}/team/none:1.0@one`
  const { out } = await world.run(world.listOf('SOURCE/team/none:1.0'), { flags: ['--only', none] })
  expect(out).toContain(`npx image-mirror sync --only ${none} /list.yaml`)
})
