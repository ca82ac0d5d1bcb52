// Weeks of whole runs that prune: the list, the source and other clients change at random, and nothing of others and
// nothing wanted is ever deleted. Days pass between runs by making the mirror's own record older.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { openStore, type Store } from '../../local/aws/registry/store/store.ts'
import { CLOCKS } from '../../local/clock.ts'
import { type LocalRun, runLocally } from '../../local/run.ts'
import type { RunDocument } from '../../local/run-document.ts'
import { builder } from '../../local/upstream/builder.ts'
import { plainSample } from '../../local/upstream/samples.ts'
import { stateKey } from '../../mirror/keys.ts'
import { parseList } from '../../mirror/list/parse-list.ts'
import { type StateRecord, stateRecordSchema, type TagState } from '../../mirror/state/record.ts'
import { openWorkBucket, type WorkBucket } from '../../store/work-bucket.ts'
import { refuse } from '../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { pick, seededRandom } from '../support/random.ts'

const REGIONS = ['us-east-1', 'eu-west-1'] as const
const NAME = 'app'
const REPOSITORY = `mirror/${NAME}`
const VERSIONS = ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5', '1.0.6', '1.0.7'] as const
/** Tags of another client. */
const FOREIGN = ['theirs-1', 'theirs-2'] as const
const RUNS = 8
/** The grace period, in days. */
const DAYS = 2
const DAY_MS = 86_400_000

type Random = () => number

/** The one entry of the list. */
interface Listed {
  /** So many of the newest tags, or these tags. */
  select: number | readonly string[]
  rules: { readonly gone: boolean; readonly unselected: boolean }
}

interface World {
  readonly random: Random
  readonly source: FaultyRegistry
  readonly targets: ReadonlyMap<string, Store>
  readonly listed: Listed
  readonly mirror: LocalRun
  readonly work: WorkBucket
  readonly stateDir: string
}

test.each([1, 3])(
  'deletes nothing of others and nothing wanted in history %i',
  { timeout: 500_000 },
  async (seed) => {
    await using stack = new AsyncDisposableStack()
    const world = await startWorld(seededRandom(seed * 7919), stack)
    const deleted = await play(world)
    // A mirror that deletes nothing would keep these promises, too.
    expect(deleted.length).toBeGreaterThan(0)
  },
)

async function startWorld(random: Random, stack: AsyncDisposableStack): Promise<World> {
  const stateDir = await mkdtemp(join(tmpdir(), 'prune-'))
  stack.defer(() => rm(stateDir, { recursive: true, force: true }))
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
    // The rights of the roles, and the rules of entries without their own.
    defaults: { prune: { days: DAYS } },
  }
  const mirror = await runLocally({
    list: parseList(JSON.stringify(list), 'list.json'),
    input: {},
    stateDir,
    clock: CLOCKS.fast,
    environment: {},
    anonymousPull: true,
    signal: new AbortController().signal,
  })
  stack.defer(() => mirror.close())
  expect(mirror.ended.status).toBe('SUCCEEDED')
  const stores = REGIONS.map(
    async (region) => [region, await openStore(join(stateDir, 'ecr', region))] as const,
  )
  const targets = new Map(await Promise.all(stores))
  for (const store of targets.values()) await plainSample('theirs', FOREIGN)(builder(store, REPOSITORY))
  return { random, source, targets, listed, mirror, work: await openWork(mirror), stateDir }
}

/** The place of the list, which needs no deployment. */
async function writeEntry(
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

/** Plays a history, and checks every deletion. Returns the deleted tags. */
async function play(world: World): Promise<readonly string[]> {
  const { listed, mirror, random, source, stateDir, work } = world
  const deleted: string[] = []
  /** Target and tag -> the day on which a run first found it unwanted. */
  const unwantedSince = new Map<string, number>()
  let day = 0
  for (let run = 0; run < RUNS; run++) {
    const days = Math.floor(random() * 3)
    day += days
    await pass(work, days)
    await change(world)
    await writeEntry(stateDir, source, listed)
    const before = await tagsAtTargets(world)
    const record = await work.readJson(stateKey(REPOSITORY), stateRecordSchema)
    disturb(world)
    const { document } = await mirror.execute({})
    const after = await tagsAtTargets(world)
    const wanted = wantedTags(await source.store.tags.all(NAME), listed)
    const gone = [...before].filter(([place]) => !after.has(place))
    expect(gone.map(([place]) => place).sort()).toEqual(deletedPlaces(document))
    for (const [place, digest] of gone) {
      const tag = place.split(' ')[1] ?? ''
      expect(stateOf(record, place), place).toMatchObject({ written: true, digest })
      expect(wanted, 'tags that the list wants').not.toContain(tag)
      expect(day - (unwantedSince.get(place) ?? day), `days that ${place} waited`).toBeGreaterThanOrEqual(
        DAYS,
      )
      expect(await mayGo(world, tag), `${place} may go`).toBe(true)
    }
    if (document.counts.failed === 0) {
      const arrived = wanted.flatMap((tag) => REGIONS.map((region) => `${region} ${tag}`))
      expect([...after.keys()]).toEqual(expect.arrayContaining(arrived))
    }
    noteUnwanted(unwantedSince, document, day)
    deleted.push(...gone.map(([place]) => place))
  }
  return deleted
}

/** Makes the record older. */
async function pass(work: WorkBucket, days: number): Promise<void> {
  const earlier = (time: string) => new Date(Date.parse(time) - days * DAY_MS).toISOString()
  const aged = ({ changed, verified, unwanted, ...state }: TagState): TagState => ({
    ...state,
    changed: earlier(changed),
    verified: earlier(verified),
    ...(unwanted === undefined ? {} : { unwanted: earlier(unwanted) }),
  })
  await work.updateJson(stateKey(REPOSITORY), stateRecordSchema, {
    change: (record) =>
      record && {
        ...record,
        targets: Object.fromEntries(
          Object.entries(record.targets).map(([id, { tags, ...target }]) => [
            id,
            {
              ...target,
              tags: Object.fromEntries(Object.entries(tags).map(([tag, state]) => [tag, aged(state)])),
            },
          ]),
        ),
      },
    onUnreadable: (error) => expect.unreachable(String(error)),
  })
}

/** What people do between two runs. */
async function change({ random, source, targets, listed, mirror }: World): Promise<void> {
  const tag = pick(VERSIONS, random)
  const dice = random()
  if (dice < 0.3) await source.store.tags.delete(NAME, tag)
  else if (dice < 0.45) await putBack(source.store, tag)
  else if (dice < 0.6) await takeOver(targets, tag, random)
  else if (dice < 0.75) listed.select = 1 + Math.floor(random() * 6)
  else if (dice < 0.85) listed.select = VERSIONS.filter(() => random() < 0.4).concat(tag)
  else if (dice < 0.92) listed.rules = { gone: random() < 0.8, unselected: random() < 0.8 }
  // By hand: such tags are never deleted.
  else await mirror.execute({ images: [`${source.address}/${NAME}:${tag}`] })
}

/** A release comes back, as another image. */
async function putBack({ tags }: Store, tag: string): Promise<void> {
  const digest = await tags.find(NAME, 'spare')
  if (digest !== undefined) await tags.set(NAME, tag, digest)
}

/** Another client moves one of our tags at a target. */
async function takeOver(targets: World['targets'], tag: string, random: Random): Promise<void> {
  const store = targets.get(pick(REGIONS, random))
  const digest = await store?.tags.find(REPOSITORY, pick(FOREIGN, random))
  if (digest !== undefined) await store?.tags.set(REPOSITORY, tag, digest)
}

/** The source may list only some of its tags, none, or not answer for a tag. */
function disturb({ random, source }: World): void {
  const dice = random()
  const on = /^GET .*\/tags\/list/
  if (dice < 0.1) source.faults.add({ on }, refuse(503, 'UNAVAILABLE', 'try again later'))
  else if (dice < 0.25)
    source.faults.add({ on }, (_request, response) => {
      const tags = dice < 0.15 ? [] : VERSIONS.slice(0, 3)
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ name: NAME, tags }))
    })
  else if (dice < 0.4) {
    const { source: pattern } = /^HEAD .*\/manifests\//
    source.faults.add(
      new RegExp(`${pattern}${pick(VERSIONS, random)}`),
      refuse(404, 'MANIFEST_UNKNOWN', 'gone'),
    )
  }
}

function wantedTags(tags: ReadonlyMap<string, unknown>, { select }: Listed): string[] {
  const available = VERSIONS.filter((tag) => tags.has(tag))
  return typeof select === 'number'
    ? available.slice(-select)
    : available.filter((tag) => select.includes(tag))
}

async function mayGo({ source, listed: { rules } }: World, tag: string): Promise<boolean> {
  return (await source.store.tags.find(NAME, tag)) === undefined ? rules.gone : rules.unselected
}

/** `us-east-1 1.0.0` -> digest. */
async function tagsAtTargets({ targets }: World): Promise<Map<string, string>> {
  const found = [...targets].map(async ([region, { tags }]) =>
    [...(await tags.all(REPOSITORY))].map(([tag, digest]) => [`${region} ${tag}`, digest] as const),
  )
  return new Map((await Promise.all(found)).flat())
}

function stateOf({ targets }: StateRecord, place: string): TagState | undefined {
  const [target = '', tag = ''] = place.split(' ')
  return targets[target]?.tags[tag]
}

function deletedPlaces({ pruned = [] }: RunDocument): string[] {
  return pruned
    .filter(({ status }) => status === 'deleted')
    .map(({ target, tag }) => `${target} ${tag}`)
    .sort()
}

function noteUnwanted(since: Map<string, number>, { pruned = [] }: RunDocument, day: number): void {
  const found = new Set(pruned.map(({ target, tag }) => `${target} ${tag}`))
  for (const place of found) if (!since.has(place)) since.set(place, day)
}
