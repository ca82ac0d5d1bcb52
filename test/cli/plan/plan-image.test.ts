// Plans one image between a registry and the embedded ECR, both on loopback.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { planImage } from '../../../cli/plan/plan-image.ts'
import { openDockerConfig } from '../../../registry/credentials/docker-config.ts'
import type { Descriptor } from '../../../registry/model/manifest.ts'
import { createRegistries } from '../../../registry/open.ts'
import { AMD64, ARM64 } from '../../copy/images.ts'
import { layerOf, startRegistry, type TestRegistry } from '../../copy/registries.ts'
import { itemsOf } from '../../mirror/lists.ts'
import { type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

const FROM = 'library/app'

let source: TestRegistry
let aws: EcrCloud
beforeEach(async () => {
  source = await startRegistry()
  aws = await startEcrCloud()
})
afterEach(async () => {
  await source[Symbol.asyncDispose]()
  await aws[Symbol.asyncDispose]()
})

async function planned(platforms: string[]) {
  const image = { source: `${source.address}/${FROM}:1.0`, platforms }
  const [item] = itemsOf({ regions: ['us-east-1'], images: [image] })
  if (item === undefined) throw new Error('the image is planned')
  const registries = createRegistries()
  const config = openDockerConfig({ environment: {}, home: '/nowhere' })
  const { signal } = new AbortController()
  const { plan } = await planImage(item, { registries, config, bytes: true, signal })
  await registries.close()
  return plan
}

test('counts only the bytes of the wanted platforms, also if their index is too large to hand on', async () => {
  const build = await source.build(FROM)
  const images = [AMD64, ARM64].map((platform) =>
    build.image(platform, [layerOf('base'), layerOf(platform.architecture)]),
  )
  const [amd64, arm64] = (await Promise.all(images)) as [Descriptor, Descriptor]
  const large = { ...amd64, annotations: { notes: 'x'.repeat(70_000) } }
  await build.tag('1.0', await build.index([large, arm64]))
  const [all, one] = [await planned(['all']), await planned(['linux/amd64'])]
  expect([...all.warnings, ...one.warnings]).toEqual([])
  const [ofAll = 0, ofOne = 0] = [all, one].map(({ targets }) => targets[0]?.bytes)
  expect(ofOne).toBeGreaterThan(70_000)
  expect(ofAll - ofOne).toBeGreaterThan(1_000)
})
