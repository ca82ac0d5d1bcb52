// The platforms of sample images.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../../local/aws/registry/store/store.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { hasPlatforms, platformsNamed, platformsOf } from '../../../local/upstream/platforms.ts'
import { readEntry } from '../../../mirror/list/entry.ts'
import { listOf } from '../../mirror/lists.ts'

test('are those that any image of the list names', () => {
  const list = listOf({
    regions: ['us-east-1'],
    defaults: { platforms: ['linux/arm64/v8'] },
    images: [
      'redis',
      { source: 'nginx', platforms: ['all'] },
      { source: 'busybox', platforms: ['linux/arm/v6'] },
    ],
  })
  const names = platformsNamed(list.images.map((image) => readEntry(image, list)))
  expect(names).toEqual(['linux/arm/v6', 'linux/arm64'])
  expect(platformsOf(names)).toEqual([
    { os: 'linux', architecture: 'arm', variant: 'v6' },
    { os: 'linux', architecture: 'arm64' },
  ])
})

test('an index and a plain image have the ones that they state', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'platforms-'))
  const store = await openStore(dir)
  const build = builder(store, 'team/app')
  const plain = await build.image({ os: 'linux', architecture: 'amd64' }, [])
  const index = await build.index([plain, await build.image({ os: 'linux', architecture: 'arm64' }, [])])
  const has = ({ digest }: typeof plain, ...names: string[]) => hasPlatforms(store, 'team/app', digest, names)
  expect(await has(plain, 'linux/amd64')).toBe(true)
  expect(await has(plain, 'linux/arm64')).toBe(false)
  expect(await has(index, 'linux/amd64', 'linux/arm64')).toBe(true)
  expect(await has(index, 'linux/s390x')).toBe(false)
  expect(await has(plain)).toBe(true)
  await rm(dir, { recursive: true })
})
