// The whole workflow on this machine, with real registries and typical faults.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalRun, mirrorOf } from '../../local/run.ts'
import { builder } from '../../local/upstream/builder.ts'
import { plainSample } from '../../local/upstream/samples.ts'
import { parseList } from '../../mirror/list/parse-list.ts'
import { contentOf } from '../../registry/model/manifest.ts'
import type { Registries, Repository } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { refuse } from '../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { startRun, stateFolder } from './runs.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
const GOOD = [1, 2, 3, 4, 5, 6, 7].map((number) => `team/app-${number}`)
/** Replaces remote hosts by ones on this machine. */
const VPC = { id: 'vpc-01234567', subnets: ['subnet-01234567'], securityGroups: ['sg-01234567'] }
/** A reserved port on which nothing listens. */
const DOWN = '127.0.0.1:1'

const stack = new AsyncDisposableStack()
let source: FaultyRegistry
let registries: Registries
let done: LocalRun

beforeAll(async () => {
  source = stack.use(await startFaultyRegistry())
  registries = createRegistries()
  stack.defer(() => registries.close())
  for (const repository of [...GOOD, 'team/no-tag', 'team/name']) {
    await source.store.repositories.create(repository)
    await plainSample(repository, ['1.0'])(builder(source.store, repository))
  }
  // Longer than a function or a build waits, so the workflow must wait.
  const slowDown = (seconds: string) =>
    refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': seconds })
  source.faults.add(/^HEAD .*\/team\/app-1\/manifests\//, slowDown('6'))
  source.faults.add(/^GET .*\/team\/app-2\/blobs\//, slowDown('31'))
  // A warm function waits as long as the registry asked, in real seconds.
  done = await startRun(stack, brokenList(), { stateDir: await stateFolder(stack) })
})

afterAll(() => stack.disposeAsync())

/** Ten images, three of which cannot be mirrored. */
function brokenList() {
  const images = [
    ...GOOD.map((repository) => `${source.address}/${repository}:1.0`),
    `${source.address}/team/no-tag:9.9`,
    `${DOWN}/team/down:1.0`,
    { source: `${source.address}/team/name:1.0`, repository: 'Team__Name' },
  ]
  return { regions: REGIONS, images, vpc: VPC }
}

/** Fails if content under the digest is missing. */
async function expectComplete(repository: Repository, reference: string): Promise<void> {
  const { manifests, blobs } = contentOf(await repository.getManifest(reference))
  for (const blob of blobs)
    expect(await repository.hasBlob(blob), `${repository.name} ${blob.digest}`).toBe(true)
  for (const child of manifests) await expectComplete(repository, child.digest)
}

/** The build logs that contain this text. */
async function buildLogs(about: string): Promise<string[]> {
  const names = (await readdir(done.logDir)).filter((name) => name.endsWith('.log'))
  const logs = await Promise.all(names.map((name) => readFile(join(done.logDir, name), 'utf8')))
  return logs.filter((log) => log.includes('"message":"syncing ') && log.includes(about))
}

describe('three broken images among ten', () => {
  test('end the execution FAILED, with our own name', () => {
    expect(done.ended).toMatchObject({ status: 'FAILED', error: 'MirrorFailed' })
  })

  test('are of a list with a VPC, which is deployed with it and runs here without', () => {
    const [project] = done.template.resources('AWS::CodeBuild::Project')
    expect(project?.properties.VpcConfig).toMatchObject({ VpcId: VPC.id })
  })

  test('leave the seven others mirrored in every region', () => {
    expect(done.document.counts).toEqual({
      images: 10,
      pairs: 20,
      synced: 14,
      inSync: 0,
      deferred: 0,
      failed: 6,
    })
    const synced = done.document.pairs.filter(({ outcome }) => outcome === 'synced')
    expect(new Set(synced.map(({ repository }) => repository))).toEqual(new Set(GOOD))
  })

  test.each([
    ['team/no-tag', 'SourceNotFound', 'has no tag "9.9"'],
    ['team/down', 'RegistryUnavailable', DOWN],
    ['Team__Name', 'InvalidTarget', 'such as "team_name"'],
  ])('%s fails as %s, in plain words', (repository, name, words) => {
    const pairs = done.document.pairs.filter((pair) => pair.repository === repository)
    expect(pairs.map(({ region }) => region).sort()).toEqual([...REGIONS].sort())
    for (const { outcome, error } of pairs) {
      expect(outcome).toBe('failed')
      expect(error?.name).toBe(name)
      expect(error?.message).toContain(words)
    }
  })

  test('are told in one message, with how to run just those again', () => {
    expect(done.alerts).toHaveLength(1)
    const message = done.alerts[0]?.message ?? ''
    for (const image of ['team/no-tag:9.9', 'team/down:1.0', 'team/name:1.0'])
      expect(message).toContain(image)
    for (const repository of GOOD) expect(message).not.toContain(repository)
    expect(message).toMatch(/^6 of 20 pairs failed\./)
    expect(message).toContain('In sync: 14 (14 copied)')
  })

  test.each(REGIONS)('leave nothing half-published in %s', async (region) => {
    const registry = done.document.regions[region] ?? ''
    for (const repository of GOOD) {
      const target = await registries.open({ registry, repository })
      expect(await target.listTags()).toEqual(['1.0'])
      await expectComplete(target, '1.0')
      const digest = await source.store.tags.find(repository, '1.0')
      expect((await target.headManifest('1.0'))?.digest).toBe(digest)
    }
    const broken = await registries.open({ registry, repository: 'team/no-tag' })
    await expect(broken.listTags()).rejects.toMatchObject({ kind: 'notFound' })
  })
})

describe('a source that asks to slow down', () => {
  test('was really met', () => {
    expect(source.faults.struck()).toBe(2)
  })

  test('is retried by the workflow, and then mirrored', async () => {
    const lines = (await readFile(join(done.logDir, 'history.jsonl'), 'utf8')).trim().split('\n')
    const events = lines.map((line) => JSON.parse(line) as Record<string, string>)
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'StateRetried',
        state: StateName.Resolve,
        image: expect.stringContaining('team/app-1'),
      }),
    )
    const builds = await buildLogs('to us-east-1/team/app-2')
    expect(builds).toHaveLength(2)
    expect(builds.filter((log) => /"deferred in /.test(log))).toHaveLength(1)
    expect(builds.filter((log) => /"synced in /.test(log))).toHaveLength(1)
  })
})

test.each([
  ['its home', { home: 'eu-west-1', regions: ['us-east-2', 'eu-west-1'] }, 'eu-west-1'],
  ['its first region', { regions: ['us-east-2', 'eu-west-1'] }, 'us-east-2'],
  [
    'the default',
    { targets: { own: { registry: 'r.example' } }, defaults: { targets: ['own'] } },
    'us-east-1',
  ],
])('the state of the mirror names the region of its stack: %s', (_, given, region) => {
  const list = parseList(JSON.stringify({ ...given, images: ['docker.io/library/redis:7'] }), 'list.json')
  expect(mirrorOf(list).region).toBe(region)
})

test('every line of every log is JSON and says which run it is about; those of builds, which pair', async () => {
  const names = (await readdir(done.logDir)).filter((name) => name.endsWith('.log'))
  const logs = await Promise.all(names.map((name) => readFile(join(done.logDir, name), 'utf8')))
  const lines = logs.map((log) =>
    log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  )
  const { run } = done.document
  expect(lines.flat().filter((line) => line.run !== run)).toEqual([])
  const builds = lines.filter(([first]) => /^syncing /.test(first.message)).flat()
  expect(builds.length).toBeGreaterThan(10)
  for (const { id, target } of builds) {
    expect(id).toMatch(/^\d{5}-/)
    expect(REGIONS).toContain(target)
  }
})

// Last, because another run writes to the same logs.
test("the alert's command runs just the failed pairs", async () => {
  const [, input = ''] = /--input '(.*)'/.exec(done.alerts[0]?.message ?? '') ?? []
  const dry = await done.execute({ ...JSON.parse(input), dryRun: true })
  const failed = done.document.pairs.filter(({ outcome }) => outcome === 'failed')
  const namesOf = (pairs: typeof failed) => pairs.map(({ image, target }) => `${image} ${target}`)
  expect(namesOf(dry.document.pairs)).toEqual(namesOf(failed))
})
