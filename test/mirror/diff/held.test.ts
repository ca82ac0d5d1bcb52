// What registries other than ECR say that they hold.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { heldBy } from '../../../mirror/diff/held.ts'
import type { Digest } from '../../../registry/model/reference.ts'
import type { Repository } from '../../../registry/model/registry.ts'
import { refuse } from '../../support/actions.ts'
import { REPOSITORY, type TestClient, testClient } from '../../support/client.ts'
import { imageOf, randomBlob } from '../../support/content.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedImage } from '../../support/seed.ts'

let registry: FaultyRegistry
let client: TestClient
let repository: Repository
let digest: Digest
function refuseAll(path: string, status: number): void {
  const when = { on: new RegExp(path), times: Number.POSITIVE_INFINITY }
  registry.faults.add(when, refuse(status, 'DENIED', 'no'))
}

const ABSENT = `sha256:${'0'.repeat(64)}` as Digest

beforeAll(async () => {
  registry = await startFaultyRegistry()
  client = testClient()
  repository = await client.open(registry.address, REPOSITORY)
  const image = imageOf([randomBlob(100)])
  await seedImage(registry, image, 'v1')
  digest = (await repository.resolveManifest('v1')).digest
})
afterAll(async () => {
  await client[Symbol.asyncDispose]()
  await registry[Symbol.asyncDispose]()
})

test('tags and digests are looked up by HEADs, each once', async () => {
  const held = heldBy(repository)
  expect(await held.tagDigests(['v1', 'v2', 'v1'])).toEqual(new Map([['v1', digest]]))
  expect(await held.presentDigests([digest, ABSENT])).toEqual(new Set([digest]))
  expect(registry.matching(/^GET /)).toHaveLength(0)
  expect(registry.matching(/^HEAD .*manifests\/v1/)).toHaveLength(2)
})

test('a repository that does not exist holds nothing', async () => {
  const held = heldBy(await client.open(registry.address, 'team/absent'))
  expect(await held.tagDigests(['v1'])).toEqual(new Map())
})

test.each([401, 403])(
  'a read that is refused with %d leaves it to Sync, which may create the repository',
  async (status) => {
    const held = heldBy(await client.open(registry.address, `team/refused-${status}`))
    refuseAll(`/team/refused-${status}/`, status)
    expect(await held.tagDigests(['v1'])).toEqual(new Map())
  },
)

test('a registry that is down is an error', async () => {
  const held = heldBy(await client.open(registry.address, 'team/down'))
  refuseAll('/team/down/', 503)
  await expect(held.presentDigests([digest])).rejects.toMatchObject({ kind: 'unavailable' })
})
