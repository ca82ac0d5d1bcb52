// Backups of overwritten tags, on the embedded ECR and on another registry.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WorkOrder } from '../../mirror/documents.ts'
import type { Target } from '../../mirror/target.ts'
import { HOME, tagOf } from '../copy/aws.ts'
import { startRegistry } from '../copy/registries.ts'
import { type SyncWorld, startSyncWorld } from './world.ts'

const TODAY = '2026-11-30'
const REPOSITORIES = { immutableTags: false, scanOnPush: false, tags: {} }
const KEPT: Partial<WorkOrder> = { settings: { repositories: REPOSITORIES, backup: 'before-{date}-{tag}' } }

let world: SyncWorld
beforeEach(async () => {
  vi.useFakeTimers({ now: new Date(`${TODAY}T12:00:00Z`), toFake: ['Date'] })
  world = await startSyncWorld()
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
  vi.useRealTimers()
})

/** Moves the tag 1.0 at the target to a new image, and returns its digest. */
async function move(name: string, more: Partial<WorkOrder> = KEPT) {
  const root = await world.image(name)
  const { result } = await world.sync(world.order([tagOf('1.0', root)], more))
  return { digest: root.digest, result }
}

test('keeps the old image of a tag under a new name each time, in ECR', async () => {
  const first = await move('a')
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': first.digest })
  const second = await move('b')
  expect(second.result.tags).toMatchObject([
    { tag: '1.0', status: 'copied', backup: { name: `before-${TODAY}-1.0`, digest: first.digest } },
  ])
  const third = await move('c')
  expect(await world.tagsIn(HOME)).toEqual({
    '1.0': third.digest,
    [`before-${TODAY}-1.0`]: first.digest,
    [`before-${TODAY}-1.0-2`]: second.digest,
  })
})

test('keeps an image once, and nothing of a tag that has its digest', async () => {
  const first = await move('a')
  await move('b')
  await move('b')
  expect(Object.keys(await world.tagsIn(HOME))).toHaveLength(2)
  // Back to the first image, and away from it again.
  await world.sync(world.order([tagOf('1.0', { ...(await world.image('a')), digest: first.digest })], KEPT))
  const names = Object.keys(await world.tagsIn(HOME))
  expect(names).toHaveLength(3)
  await move('b')
  expect(Object.keys(await world.tagsIn(HOME))).toEqual(names)
})

test('keeps nothing without the key, or in an immutable repository', async () => {
  await move('a')
  await move('b', { settings: { repositories: REPOSITORIES } })
  const immutable = { ...REPOSITORIES, immutableTags: true }
  await move('c', { settings: { repositories: immutable, backup: 'before-{date}-{tag}' } })
  const others = { ...REPOSITORIES, immutableTags: { except: ['sha256-*'] } }
  await move('d', { settings: { repositories: others, backup: 'before-{date}-{tag}' } })
  expect(Object.keys(await world.tagsIn(HOME))).toEqual(['1.0'])
})

test('does not overwrite a tag whose backup fails', async () => {
  const first = await move('a')
  const long = { repositories: REPOSITORIES, backup: `{date}-${'x'.repeat(120)}-{tag}` }
  const { result } = await move('b', { settings: long })
  expect(result.tags).toMatchObject([
    { status: 'failed', error: { message: expect.stringContaining('has more than 128 characters') } },
  ])
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': first.digest })
})

test('keeps the old image in another registry', async () => {
  await using registry = await startRegistry()
  const target: Target = {
    id: 'harbor',
    kind: 'registry',
    registry: registry.address,
    repository: 'ops/app',
  }
  const first = await move('a', { ...KEPT, target })
  const second = await move('b', { ...KEPT, target })
  expect(Object.fromEntries(await registry.store.tags.all('ops/app'))).toEqual({
    '1.0': second.digest,
    [`before-${TODAY}-1.0`]: first.digest,
  })
})
