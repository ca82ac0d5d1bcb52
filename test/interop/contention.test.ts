// Many concurrent copies of images that share layers. When two uploads of one blob meet, Debian's docker-registry may
// read a link while it is being written, and rejects verified content as wrong or missing.

import pMap from 'p-map'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyTag } from '../../copy/copy.ts'
import { createLimit } from '../../copy/limit.ts'
import { createPlaces } from '../../copy/places.ts'
import { createTarget } from '../../copy/target.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { AMD64, ARM64 } from '../copy/images.ts'
import { layerOf, startRegistry, type TestRegistry } from '../copy/registries.ts'
import { testClient } from '../support/client.ts'
import { type RunningRegistry, startDockerRegistry } from './registry.ts'
import { requireTools, temporaryFolder } from './tools.ts'

const FROM = 'team/app'
const ROUNDS = 10
const IMAGES = 49
const AT_ONCE = 4
const MINUTES = 20
const SHARED_LAYERS = 6
const LAYER_BYTES = 40_000

let rounds = 0
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let source: TestRegistry
let target: RunningRegistry

beforeAll(async () => {
  requireTools('docker-registry')
  folder = await temporaryFolder()
  source = await startRegistry()
  target = await startDockerRegistry(folder.path)
})
afterAll(async () => {
  await target?.[Symbol.asyncDispose]()
  await source?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

/** Images that are new to the target. Most of their layers are in all of them, and every platform is in four. */
async function makeImages(round: number): Promise<Map<string, Descriptor>> {
  const build = await source.build(FROM)
  const shared = Array.from({ length: SHARED_LAYERS }, (_, index) =>
    layerOf(`layer ${round} ${index}`, LAYER_BYTES),
  )
  const made = Array.from({ length: IMAGES }, async (_, index): Promise<[string, Descriptor]> => {
    const group = layerOf(`group ${round} ${Math.floor(index / AT_ONCE)}`)
    const own = layerOf(`own ${round} ${index}`)
    const children = [
      await build.image(AMD64, [...shared, group]),
      await build.image(ARM64, [...shared.slice(0, 3), own]),
    ]
    return [`app-${index}`, await build.index(children)]
  })
  return new Map(await Promise.all(made))
}

/** Uses its own client, like a separate process. */
async function copy(repository: string, tag: string, root: Descriptor): Promise<string | undefined> {
  await using client = testClient()
  const context = {
    places: createPlaces([() => client.open(source.address, FROM)]),
    target: createTarget(await client.open(target.address, repository)),
    limit: createLimit(),
  }
  try {
    await copyTag(context, { tag, root, artifacts: [] })
    return undefined
  } catch (error) {
    return `${repository}:${tag}: ${error}`
  }
}

test.each([
  ['to repositories of their own', (round: number, name: string) => `mirror-${round}/${name}`],
  ['to one repository', (round: number) => `one/round-${round}`],
])(
  `${IMAGES} images with shared layers, ${AT_ONCE} at a time %s: none fails in ${ROUNDS} rounds`,
  async (_, repositoryOf) => {
    const failures: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const images = [...(await makeImages(rounds++))]
      const ends = await pMap(images, ([name, root]) => copy(repositoryOf(round, name), name, root), {
        concurrency: AT_ONCE,
      })
      failures.push(...ends.filter((end) => end !== undefined))
    }
    expect(failures).toEqual([])
  },
  MINUTES * 60_000,
)
