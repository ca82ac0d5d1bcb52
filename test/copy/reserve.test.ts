// Use of a pull quota: unchanged images use none of it, and the reserve is never touched.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { JobEnd } from '../../copy/job.ts'
import { findMissing, isInSync } from '../../mirror/diff/diff.ts'
import type { Resolved } from '../../mirror/documents.ts'
import { NOTHING_REMEMBERED, type Remembered } from '../../mirror/resolve/memory/remembered.ts'
import { resolveImage } from '../../mirror/resolve/resolve.ts'
import { regionTarget } from '../../mirror/target.ts'
import { readCredentials } from '../../registry/credentials/secret.ts'
import type { Registries } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'
import { syncOrder } from '../../sync/run.ts'
import { type Quota, withQuota } from '../support/quota.ts'
import { AWAY, HOME, orderFor, REPOSITORY, startAws, type TestAws } from './aws.ts'
import { multiArch } from './images.ts'
import { startRegistry, type TestRegistry } from './registries.ts'

const FROM = 'library/app'
const SELECT = { include: ['1.0', '2.0'], exclude: [] }

let upstream: TestRegistry
let aws: TestAws
let registries: Registries | undefined
let remembered: Remembered
beforeEach(async () => {
  remembered = NOTHING_REMEMBERED
  upstream = await startRegistry()
  aws = await startAws()
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value)
  const build = await upstream.build(FROM)
  for (const tag of SELECT.include) await multiArch(build, tag)
})
afterEach(async () => {
  await registries?.close()
  await aws[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
})

/** New clients, as in each function and build, which know no earlier responses. */
async function fresh(): Promise<Registries> {
  await registries?.close()
  registries = createRegistries()
  return registries
}

async function resolve(): Promise<Resolved> {
  const source = await (await fresh()).open({ registry: upstream.address, repository: FROM })
  return resolveImage(
    source,
    { image: 'app', select: SELECT },
    {
      remembered,
      remember: async (next) => {
        remembered = next
      },
    },
  )
}

async function isRegionInSync(region: string, resolved: Resolved): Promise<boolean> {
  return isInSync(await findMissing(await (await fresh()).ecr(region, REPOSITORY), resolved))
}

async function sync(region: typeof HOME | typeof AWAY, { tags }: Resolved): Promise<JobEnd> {
  const home = { target: regionTarget(HOME), repository: REPOSITORY } as const
  const { readFrom } = orderFor(upstream, [])
  const order = orderFor(upstream, tags, {
    target: regionTarget(region),
    readFrom: region === HOME ? readFrom : [home, ...readFrom],
  })
  return syncOrder(order, { registries: await fresh(), readCredentials })
}

const quotaOf = (limit: number): Quota => withQuota(upstream, limit)

test('pulls a changed image once for all regions, and an unchanged one not at all', async () => {
  const quota = quotaOf(100)
  const changed = await resolve()
  for (const region of [HOME, AWAY] as const) {
    expect((await sync(region, changed)).result.outcome.status).toBe('synced')
  }
  // Two indexes and their four images.
  expect(quota.used()).toBe(6)

  upstream.forgetLog()
  const again = await resolve()
  for (const region of [HOME, AWAY]) expect(await isRegionInSync(region, again)).toBe(true)
  expect(quota.used()).toBe(6)
  expect(upstream.count(/^GET .*\/manifests\//)).toBe(0)
  for (const tag of SELECT.include) expect(upstream.count(new RegExp(`^HEAD .*/manifests/${tag}$`))).toBe(1)
})

test('defers a job at the reserve, and continues with the next one', async () => {
  vi.stubEnv('REGISTRY_PULL_RESERVE', '96')
  const quota = quotaOf(100)
  const resolved = await resolve()
  const { result, transient } = await sync(HOME, resolved)
  expect(transient).toBeUndefined()
  expect(result.outcome).toMatchObject({
    status: 'deferred',
    retryAfterSeconds: 3600,
    error: { name: 'RateLimited', message: expect.stringContaining('96 are reserved for other clients') },
  })
  expect([quota.used(), quota.refused()]).toEqual([4, 0])

  quota.refill()
  vi.stubEnv('REGISTRY_PULL_RESERVE', '20')
  expect((await sync(HOME, resolved)).result.outcome.status).toBe('synced')
  expect(quota.refused()).toBe(0)
})

test('finds a target in sync with only the reserve left', async () => {
  const resolved = await resolve()
  await sync(HOME, resolved)
  vi.stubEnv('REGISTRY_PULL_RESERVE', '20')
  const quota = quotaOf(20)
  expect(await isRegionInSync(HOME, await resolve())).toBe(true)
  expect(quota.used()).toBe(0)
})
