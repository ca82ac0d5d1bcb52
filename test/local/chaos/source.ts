// The source of a chaos run: tiny images, some of them permanently broken, in a registry that sometimes fails.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pMap from 'p-map'
import { openRegion } from '../../../local/aws/ecr/region.ts'
import { createRegistryHandler } from '../../../local/aws/registry/handler.ts'
import { startServer } from '../../../local/aws/registry/server.ts'
import { openStore, type Store } from '../../../local/aws/registry/store/store.ts'
import { ACCOUNT } from '../../../local/cloud.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { layer } from '../../../local/upstream/layer.ts'
import { type Action, answer, cut, flip, refuse, reset } from '../../support/actions.ts'
import { choose, type Dice } from './dice.ts'

export interface Source {
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly images: readonly SourceImage[]
  close(): Promise<void>
}

export interface SourceImage {
  readonly repository: string
  /** As written in the list. */
  readonly tag: string
  /** The digest of the tag; undefined if the tag does not exist. */
  readonly digest?: string
  /** The expected error, if the image cannot be mirrored. */
  readonly fails?: 'SourceNotFound' | 'InvalidImage'
}

const PLATFORMS = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
] as const
/** One image in this number has no such tag. Another one, which is stale, serves wrong bytes. */
const MISSING = 50
const SPOILED = 80

const BAD_MOMENTS: readonly [Action, ...Action[]] = [
  refuse(429, 'TOOMANYREQUESTS', 'slow down'),
  refuse(503, 'UNAVAILABLE', 'later'),
  answer(500),
  answer(502, { 'content-type': 'text/html' }, '<html>bad gateway</html>'),
  reset,
]
/** Faults that verification detects: those of requests by digest. */
const BAD_MOMENTS_OF_BLOBS: readonly [Action, ...Action[]] = [...BAD_MOMENTS, cut(1), flip(0)]

export interface SourceOptions {
  readonly folder: string
  readonly images: number
  readonly regions: readonly string[]
  /** One image in this number is missing in the regions. */
  readonly stale: number
}

export async function startSource(
  { folder, images: count, regions, stale }: SourceOptions,
  dice: Dice,
): Promise<Source> {
  const store = await openStore(join(folder, 'upstream'))
  const targets = await Promise.all(regions.map((region) => targetStore(join(folder, 'ecr', region), region)))
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const images = await pMap(
    numbers,
    async (number) => {
      if (number % stale !== stale - 1) for (const target of targets) await put(target, number)
      return put(store, number)
    },
    { concurrency: 16 },
  )
  const spoiled = new Set(
    images.filter(({ fails }) => fails === 'InvalidImage').map(({ repository }) => repository),
  )
  const handle = createRegistryHandler({ store })
  const server = await startServer((request, response) => {
    const line = `${request.method} ${request.url}`
    const [, repository = '', kind] =
      /^\/v2\/(.+)\/(blobs|manifests|tags|referrers)\//.exec(request.url ?? '') ?? []
    if (kind === 'blobs' && spoiled.has(repository)) return flip(0)(request, response, handle)
    const choice = dice.unlucky('source registry', line)
    if (choice === undefined) return void handle(request, response)
    return choose(kind === 'blobs' ? BAD_MOMENTS_OF_BLOBS : BAD_MOMENTS, choice)(request, response, handle)
  })
  return { address: server.address, images, close: () => server.close() }
}

async function targetStore(folder: string, region: string): Promise<Store> {
  await mkdir(folder, { recursive: true })
  return (await openRegion(folder, ACCOUNT, region)).store
}

async function put(store: Store, number: number): Promise<SourceImage> {
  const repository = `team/app-${number}`
  await store.repositories.create(repository)
  const build = builder(store, repository)
  // Two in three are single manifests.
  const platforms = number % 3 === 0 ? PLATFORMS : PLATFORMS.slice(0, 1)
  const manifests = await Promise.all(
    platforms.map(async (platform) =>
      build.image(platform, [await layer({ 'etc/hostname': `${repository} ${platform.architecture}\n` })]),
    ),
  )
  const [only] = manifests
  const root = manifests.length === 1 && only ? only : await build.index(manifests)
  await build.tag('1.0', root)
  if (number % MISSING === 7) return { repository, tag: '9.9', fails: 'SourceNotFound' }
  const { digest } = root
  if (number % SPOILED === 11) return { repository, tag: '1.0', digest, fails: 'InvalidImage' }
  return { repository, tag: '1.0', digest }
}
