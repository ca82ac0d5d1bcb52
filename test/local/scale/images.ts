// Many tiny images that are in sync everywhere. They share a few contents, to save disk space.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pMap from 'p-map'
import { openRegion } from '../../../local/aws/ecr/region.ts'
import { openStore, type Store } from '../../../local/aws/registry/store/store.ts'
import { ACCOUNT } from '../../../local/cloud.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { layer } from '../../../local/upstream/layer.ts'

const PLATFORM = { os: 'linux', architecture: 'arm64' } as const
/** The embedded ECR reads a whole repository for each response, so each repository is small. */
const TAGS_PER_REPOSITORY = 10
const CONTENTS = 3
const PARALLEL_REPOSITORIES = 8

export interface ManyImages {
  readonly upstream: Store
  /** References such as `team/app-0:1.0`, without a registry. */
  readonly references: readonly string[]
}

/** Stores the images at the source and in every region of a state folder. */
export async function fillMany(
  state: string,
  count: number,
  regions: readonly string[],
): Promise<ManyImages> {
  const names = Array.from({ length: count }, (_, index) => nameOf(index))
  const byRepository = [...Map.groupBy(names, ({ repository }) => repository)]
  const upstream = await openStore(join(state, 'upstream'))
  for (const store of [upstream, ...(await Promise.all(regions.map((region) => regional(state, region))))]) {
    await pMap(
      byRepository,
      async ([repository, images]) => {
        await fillRepository(
          store,
          repository,
          images.map(({ tag }) => tag),
        )
      },
      { concurrency: PARALLEL_REPOSITORIES },
    )
  }
  return { upstream, references: names.map(({ repository, tag }) => `${repository}:${tag}`) }
}

function nameOf(index: number) {
  const repository = `team/app-${Math.floor(index / TAGS_PER_REPOSITORY)}`
  return { repository, tag: `1.${index % TAGS_PER_REPOSITORY}` }
}

async function regional(state: string, region: string): Promise<Store> {
  const folder = join(state, 'ecr', region)
  await mkdir(folder, { recursive: true })
  return (await openRegion(folder, ACCOUNT, region)).store
}

async function fillRepository(store: Store, repository: string, tags: readonly string[]): Promise<void> {
  if (await store.repositories.has(repository)) return
  const build = builder(store, repository)
  const contents = Array.from({ length: CONTENTS }, async (_, number) =>
    build.image(PLATFORM, [await layer({ 'etc/hostname': `sample-${number}\n` })]),
  )
  const images = await Promise.all(contents)
  for (const [index, tag] of tags.entries()) {
    const image = images[index % CONTENTS]
    if (image) await build.tag(tag, image)
  }
  // Written last, so that an interrupted fill starts again.
  await store.repositories.create(repository)
}
