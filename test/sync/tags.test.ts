// Work orders of which some tags cannot be done: each fails alone, and the result names it with its reason.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { syncResultSchema, type WorkOrder } from '../../mirror/documents.ts'
import { readCredentials } from '../../registry/credentials/secret.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Registries } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'
import { syncOrder } from '../../sync/run.ts'
import { HOME, orderFor, REPOSITORY, startAws, type TestAws, tagOf } from '../copy/aws.ts'
import { multiArch } from '../copy/images.ts'
import { failing, startRegistry, type TestRegistry } from '../copy/registries.ts'

const FROM = 'library/app'

let upstream: TestRegistry
let aws: TestAws
let registries: Registries
beforeEach(async () => {
  upstream = await startRegistry()
  aws = await startAws()
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value)
  registries = createRegistries({ retry: { attempts: 2, baseMs: 1, maxMs: 2 } })
})
afterEach(async () => {
  await registries.close()
  await aws[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
})

const sync = (order: WorkOrder) => syncOrder(order, { registries, readCredentials })

const image = async (tag: string): Promise<Descriptor> => multiArch(await upstream.build(FROM), tag)

const tagsIn = async (region: string) =>
  Object.fromEntries(await (await aws.store(region)).tags.all(REPOSITORY))

/** The digests of its platforms. */
async function childrenOf({ digest }: Descriptor): Promise<string[]> {
  const bytes = await upstream.store.manifests.bytes(digest)
  const { manifests } = JSON.parse(String(bytes)) as { manifests: { digest: string }[] }
  return manifests.map((child) => child.digest)
}

test('a tag of which a platform is gone fails alone, and says what is missing', async () => {
  const [good, bad] = [await image('1.0'), await image('2.0')]
  const [child] = await childrenOf(bad)
  upstream.breakWith(failing(new RegExp(`GET .*/manifests/${child}`), 404))
  const { result, transient } = await sync(orderFor(upstream, [tagOf('2.0', bad), tagOf('1.0', good)]))
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
  expect(await tagsIn(HOME)).toEqual({ '1.0': good.digest })
})

test('tags that failed in Resolve fail a job that copies all others, and no build is tried again for them', async () => {
  const root = await image('1.0')
  const down = { tag: '9.9', name: 'RegistryUnavailable', message: 'answered 503' }
  const { result, transient } = await sync(
    orderFor(upstream, [tagOf('1.0', root)], { failed: [down], wanted: 4 }),
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
  expect(await tagsIn(HOME)).toEqual({ '1.0': root.digest })
})

test('a pinned tag that has moved on at its source is copied, and no word is said of the move', async () => {
  const root = await image('1.0')
  await (await upstream.build(FROM)).tag('1.0', await image('2.0'))
  const { result } = await sync(orderFor(upstream, [{ ...tagOf('1.0', root), pinned: true }]))
  expect(result).toMatchObject({ outcome: { status: 'synced' }, warnings: [] })
})
