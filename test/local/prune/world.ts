// A mirror that prunes, with a source, and the targets that it shares with another client.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import { openStore, type Store } from '../../../local/aws/registry/store/store.ts'
import type { LocalRun } from '../../../local/run.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { plainSample } from '../../../local/upstream/samples.ts'
import { openWorkBucket, type WorkBucket } from '../../../store/work-bucket.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { startRun, stateFolder } from '../runs.ts'

export const REGIONS = ['us-east-1', 'eu-west-1'] as const
export const NAME = 'app'
export const REPOSITORY = `mirror/${NAME}`
/** The tags that the source has in the beginning. */
export const VERSIONS = ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5', '1.0.6', '1.0.7'] as const
/** Tags of another client. */
export const FOREIGN = ['theirs-1', 'theirs-2'] as const
/** The grace period, in days. */
export const DAYS = 2

export type Random = () => number

/** The one entry of the list. */
export interface Listed {
  /** The number of newest tags, or the tags. */
  select: number | readonly string[]
  rules: { readonly gone: boolean; readonly unselected: boolean }
}

export interface World {
  readonly random: Random
  readonly source: FaultyRegistry
  readonly targets: ReadonlyMap<string, Store>
  readonly listed: Listed
  readonly mirror: LocalRun
  readonly work: WorkBucket
  readonly stateDir: string
}

export async function startWorld(random: Random, stack: AsyncDisposableStack): Promise<World> {
  const stateDir = await stateFolder(stack)
  const source = stack.use(await startFaultyRegistry())
  await source.store.repositories.create(NAME)
  await plainSample(NAME, [...VERSIONS, 'spare'])(builder(source.store, NAME))
  const listed: Listed = { select: 5, rules: { gone: true, unselected: true } }
  await writeEntry(stateDir, source, listed)
  const list = {
    regions: [...REGIONS],
    prefix: 'mirror',
    allowedRegistries: [source.address],
    imagesFrom: 'ssm:/mirror/images',
    // Lets the roles delete tags. The entry has rules of its own.
    defaults: { prune: { days: DAYS } },
  }
  const mirror = await startRun(stack, list, { stateDir })
  expect(mirror.ended.status).toBe('SUCCEEDED')
  const stores = REGIONS.map(
    async (region) => [region, await openStore(join(stateDir, 'ecr', region))] as const,
  )
  const targets = new Map(await Promise.all(stores))
  for (const store of targets.values()) await plainSample('theirs', FOREIGN)(builder(store, REPOSITORY))
  return { random, source, targets, listed, mirror, work: await openWork(mirror), stateDir }
}

/** Writes the entry to Parameter Store, from where runs read it without a deployment. */
export async function writeEntry(
  stateDir: string,
  source: FaultyRegistry,
  { select, rules }: Listed,
): Promise<void> {
  const entry = {
    source: `${source.address}/${NAME}`,
    tags: typeof select === 'number' ? { semver: '>=1', latest: select } : { include: select },
    prune: { ...rules, days: DAYS },
  }
  await writeFile(
    join(stateDir, 'parameters.yaml'),
    JSON.stringify({ '/mirror/images': JSON.stringify([entry]) }),
  )
}

async function openWork({ s3Endpoint, key }: LocalRun): Promise<WorkBucket> {
  const client = new S3Client({
    region: REGIONS[0],
    endpoint: s3Endpoint,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'x', sessionToken: key },
    forcePathStyle: true,
  })
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}))
  const [name] = Buckets.flatMap(({ Name }) => (Name?.includes('work') ? [Name] : []))
  return openWorkBucket(name ?? expect.unreachable('there is no work bucket'), client)
}

/** `us-east-1 1.0.0` -> digest. */
export async function tagsAtTargets({ targets }: World): Promise<Map<string, string>> {
  const found = [...targets].map(async ([region, { tags }]) =>
    [...(await tags.all(REPOSITORY))].map(([tag, digest]) => [`${region} ${tag}`, digest] as const),
  )
  return new Map((await Promise.all(found)).flat())
}
