// Work orders with failing tags: each fails alone, and the result names it with its reason.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { syncResultSchema } from '../../mirror/documents.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { HOME, tagOf } from '../copy/aws.ts'
import { failing } from '../copy/registries.ts'
import { FROM, type SyncWorld, startSyncWorld } from './world.ts'

let world: SyncWorld
beforeEach(async () => {
  world = await startSyncWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

/** The digests of its platforms. */
async function childrenOf({ digest }: Descriptor): Promise<string[]> {
  const bytes = await world.upstream.store.manifests.bytes(digest)
  const { manifests } = JSON.parse(String(bytes)) as { manifests: { digest: string }[] }
  return manifests.map((child) => child.digest)
}

test('fails a tag with a missing platform alone, and names the platform', async () => {
  const [good, bad] = [await world.image('1.0'), await world.image('2.0')]
  const [child] = await childrenOf(bad)
  world.upstream.breakWith(failing(new RegExp(`GET .*/manifests/${child}`), 404))
  const { result, transient } = await world.sync(world.order([tagOf('2.0', bad), tagOf('1.0', good)]))
  expect(transient).toBeUndefined()
  expect(result.outcome).toMatchObject({
    status: 'failed',
    error: { message: expect.stringMatching(/^1 of 2 tags failed: 2\.0: /) },
  })
  expect(result.tags).toMatchObject([
    {
      tag: '2.0',
      status: 'failed',
      error: { name: expect.any(String), message: expect.stringContaining(String(child)) },
    },
    { tag: '1.0', status: 'copied' },
  ])
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': good.digest })
})

test('fails a job whose tags failed in Resolve after copying all others, without retries', async () => {
  const root = await world.image('1.0')
  const down = { tag: '9.9', name: 'RegistryUnavailable', message: 'answered 503' }
  const { result, transient } = await world.sync(
    world.order([tagOf('1.0', root)], { failed: [down], wanted: 4 }),
  )
  expect(transient).toBeUndefined()
  expect(syncResultSchema.parse(result)).toMatchObject({
    outcome: {
      status: 'failed',
      error: { name: 'RegistryUnavailable', message: '1 of 4 tags failed: 9.9: answered 503' },
    },
    tags: [
      { tag: '1.0', status: 'copied' },
      { tag: '9.9', status: 'failed' },
    ],
  })
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': root.digest })
})

test('copies a pinned tag that has moved at its source, without a warning', async () => {
  const root = await world.image('1.0')
  await (await world.upstream.build(FROM)).tag('1.0', await world.image('2.0'))
  const { result } = await world.sync(world.order([{ ...tagOf('1.0', root), pinned: true }]))
  expect(result).toMatchObject({ outcome: { status: 'synced' }, warnings: [] })
})
