// The whole workflow with targets of every kind in one list, one of them down and one without the repository.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { workloadOf } from '../../cli/estimate/workload.ts'
import type { Executed } from '../../local/executions.ts'
import type { LocalRun } from '../../local/run.ts'
import type { RunDocument } from '../../local/run-document.ts'
import { builder } from '../../local/upstream/builder.ts'
import { SAMPLES } from '../../local/upstream/samples.ts'
import { rolePolicy } from '../../mirror/target-account/documents.ts'
import { refuse } from '../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { allows, nameOf, type Right, rightsOf } from './policies.ts'
import { listOf, startRun, stateFolder } from './runs.ts'
import { GALLERY, KINDS, PROD, STAGE, USERS } from './targets/kinds.ts'
import { metricsIn } from './targets/metrics-in.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
const SOURCE = 'fluxcd/source-controller'
const FOREVER = Number.POSITIVE_INFINITY

const stack = new AsyncDisposableStack()
let source: FaultyRegistry
let targets: Readonly<Record<string, FaultyRegistry>>
let first: LocalRun
let again: Executed
let rerun: Executed
let settled: Executed
let isDown = true
let isSpent = true

beforeAll(async () => {
  source = stack.use(await startFaultyRegistry())
  await source.store.repositories.create(SOURCE)
  await SAMPLES[SOURCE]?.(builder(source.store, SOURCE))
  targets = Object.fromEntries(
    await Promise.all(
      Object.entries(KINDS).map(async ([id, quirks]) => [
        id,
        stack.use(await startFaultyRegistry({ quirks })),
      ]),
    ),
  )
  targets.limited?.faults.add(
    { on: /^PUT .*\/manifests\//, times: 1 },
    refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '31' }),
  )
  targets.spent?.faults.add(
    { on: ({ method = '' }) => isSpent && /^(?:POST|PUT|PATCH)$/.test(method), times: FOREVER },
    refuse(429, 'TOOMANYREQUESTS', 'no more pushes', { 'retry-after': '31' }),
  )
  const unavailable = refuse(503, 'UNAVAILABLE', 'under maintenance')
  targets.down?.faults.add({ on: () => isDown, times: FOREVER }, unavailable)
  const secret = { username: 'robot', accessToken: USERS.robot }
  const stateDir = await stateFolder(stack, { 'secrets.json': { push: secret } })
  first = await startRun(stack, list(), { stateDir, keepCalls: true })
  isDown = false
  isSpent = false
  await targets.closed?.store.repositories.create(`mirror/${SOURCE}`)
  again = await first.execute({ dryRun: true })
  const [, input = ''] = /--input '(.*)'/.exec(first.alerts[0]?.message ?? '') ?? []
  rerun = await first.execute(JSON.parse(input))
  settled = await first.execute({})
})

afterAll(() => stack.disposeAsync())

function list() {
  const others = Object.entries(targets).map(([id, { address }]) => {
    const credentials = KINDS[id]?.auth ? { credentials: 'push' } : {}
    return [id, { registry: address, namespace: 'mirror', ...credentials }]
  })
  return {
    regions: REGIONS,
    prefix: 'cache',
    metrics: { byTarget: true },
    targets: { prod: PROD, stage: STAGE, gallery: GALLERY, ...Object.fromEntries(others) },
    defaults: { targets: ['regions', 'prod', 'stage', 'gallery', ...Object.keys(KINDS)] },
    images: [
      { source: `${source.address}/${SOURCE}`, tags: { include: ['v1.4.1'] } },
      {
        source: `${source.address}/${SOURCE}:v1.4.0`,
        to: ['flux/source:1.4', 'flux/source:stable', 'flux/other'],
        targets: ['regions', 'basic'],
      },
    ],
  }
}

const outcomesOf = ({ pairs }: RunDocument) => {
  const ofFirst = pairs.filter(({ image }) => !image.endsWith(':v1.4.0'))
  return Object.fromEntries(ofFirst.map(({ target, outcome }) => [target, outcome]))
}

async function tagsAt(id: string, name = SOURCE): Promise<Record<string, string>> {
  return Object.fromEntries((await targets[id]?.store.tags.all(`mirror/${name}`)) ?? [])
}

test('the image arrives at every target that is up, with its artifacts', async () => {
  expect(outcomesOf(first.document)).toEqual({
    'us-east-1': 'synced',
    'eu-west-1': 'synced',
    'prod/us-east-1': 'synced',
    'prod/ap-southeast-2': 'synced',
    'stage/eu-west-1': 'synced',
    gallery: 'synced',
    basic: 'synced',
    tokens: 'synced',
    limited: 'synced',
    spent: 'deferred',
    old: 'synced',
    closed: 'failed',
    down: 'failed',
  })
  const upstream = Object.fromEntries(await source.store.tags.all(SOURCE))
  const digest = upstream['v1.4.1']
  for (const id of ['basic', 'tokens', 'limited', 'old']) {
    const tags = await tagsAt(id)
    expect(tags['v1.4.1'], id).toBe(digest)
    expect(
      Object.keys(tags).filter((tag) => tag.endsWith('.sig')),
      id,
    ).toHaveLength(1)
  }
  // A registry without the referrers API has the list of them under a tag.
  expect(await tagsAt('old')).toHaveProperty(`${digest}`.replace(':', '-'))
})

test('one message names the failed targets by their ids, with reasons', () => {
  expect(first.alerts).toHaveLength(1)
  const message = first.alerts[0]?.message ?? ''
  expect(message).toMatch(/^2 of 19 pairs failed\.\n/)
  expect(message).toContain('In sync: 16 (16 copied)')
  expect(message).toMatch(/^ {2}to closed$/m)
  expect(message).toMatch(/^ {2}to down$/m)
  expect(message).toContain('under maintenance')
  expect(message).toContain('create it')
  expect(message).toMatch(/^ {2}to spent$/m)
  expect(message).toContain('no more pushes')
})

test('the failed pairs of each target are metrics of its own, beside those of the whole run', async () => {
  const [whole, ...others] = await metricsIn(first.logDir, first.document.run)
  expect(whole).toMatchObject({ Failed: 2, Synced: 16 })
  expect(whole).not.toHaveProperty('Target')
  const failed = Object.fromEntries(others.map(({ Target, Failed }) => [String(Target), Failed]))
  const ids = first.document.pairs.map(({ target }) => target)
  expect(failed).toEqual({ ...Object.fromEntries(ids.map((id) => [id, 0])), closed: 1, down: 1 })
  const sum = (name: string) => others.reduce((all, line) => all + Number(line[name]), 0)
  expect([sum('Failed'), sum('Synced'), sum('Bytes')]).toEqual([whole?.Failed, whole?.Synced, whole?.Bytes])
})

test('an estimate with the report of the run measures the pairs of every kind of target', () => {
  const options = { list: 'list.json', changes: 1, gb: 100, builds: 1, compute: 'ec2', json: true } as const
  const { run, pairs } = first.document
  const { work, measured, gone } = workloadOf(listOf(list()), {
    ...options,
    run: { run, pairs },
    now: new Date(),
  })
  // The failed and deferred pairs get the bytes of the same image at other targets.
  expect([measured, gone]).toEqual([19, 0])
  const loads = work.images.flatMap((image) => image.pairs)
  expect(new Set(loads.map(({ place }) => place))).toEqual(
    new Set(['home', 'region', 'account', 'farAccount', 'gallery', 'registry']),
  )
  for (const { changed, buildSeconds } of loads) {
    expect(changed).toBeLessThan(1)
    expect(buildSeconds).toBeGreaterThan(20)
  }
})

test('targets are compared without a build, and the rerun of the message fills just the missing ones', () => {
  const rest = {
    'us-east-1': 'inSync',
    'eu-west-1': 'inSync',
    'prod/us-east-1': 'inSync',
    'prod/ap-southeast-2': 'inSync',
    'stage/eu-west-1': 'inSync',
    gallery: 'inSync',
    basic: 'inSync',
    tokens: 'inSync',
    limited: 'inSync',
    old: 'inSync',
  }
  expect(outcomesOf(again.document)).toEqual({
    ...rest,
    spent: 'missing',
    closed: 'missing',
    down: 'missing',
  })
  expect(outcomesOf(rerun.document)).toEqual({ closed: 'synced', down: 'synced' })
  expect(outcomesOf(settled.document)).toEqual({ ...rest, spent: 'synced', closed: 'inSync', down: 'inSync' })
})

test('several names of one tag are there, and in sync the next time', async () => {
  const { 'v1.4.0': digest } = Object.fromEntries(await source.store.tags.all(SOURCE))
  const named = await tagsAt('basic', 'flux/source')
  expect(named).toMatchObject({ '1.4': digest, stable: digest })
  expect(named).not.toHaveProperty('v1.4.0')
  expect(await tagsAt('basic', 'flux/other')).toMatchObject({ 'v1.4.0': digest })
  const pairs = settled.document.pairs.filter(({ repository }) => repository.includes('flux/'))
  expect(pairs.map(({ outcome }) => outcome)).toEqual(Array(6).fill('inSync'))
  const names = pairs.filter(({ repository }) => repository === 'flux/source').map(({ tags }) => tags)
  expect(names).toEqual(
    REGIONS.map(() => [
      { tag: '1.4', digest },
      { tag: 'stable', digest },
    ]),
  )
})

test('upstream is read once for each repository, by the home region; all others read from there', () => {
  const reads = source.matching(/^GET .*\/blobs\//).map(({ path }) => path)
  const times = Map.groupBy(reads, (path) => path)
    .values()
    .map(({ length }) => length)
  expect(Math.max(...times)).toBeLessThanOrEqual(3)
})

test('the password is only in requests to the registries that it is for', () => {
  const encoded = Buffer.from(`robot:${USERS.robot}`).toString('base64')
  for (const [id, { seen }] of Object.entries({ ...targets, source })) {
    const sent = seen.some(({ headers }) => headers.authorization?.includes(encoded))
    expect(sent, id).toBe(KINDS[id]?.auth !== undefined)
  }
})

/** What the other accounts grant, as `image-mirror target-account` prints it. */
const OPENED = {
  prod: { account: PROD.account, repositories: ['cache/*'] },
  stage: { account: STAGE.account, repositories: ['in/*'] },
}

test.each(Object.entries(OPENED))('the calls in the account of %s equal what it grants', (name, opened) => {
  const { account } = opened
  const document = rolePolicy({ ...opened, partition: 'aws', regions: [...PROD.regions, ...STAGE.regions] })
  const granted = [document.Statement[1]?.Action ?? []].flat()
  const calls = first.calls.filter(
    ({ service, resource }) => service === 'ecr' && resource.includes(`:${account}:`),
  )
  expect(calls.length, name).toBeGreaterThan(10)
  const outside = calls.filter(
    ({ action, resource }) =>
      action !== undefined &&
      !(
        granted.includes(`ecr:${action}`) &&
        resource.includes(`:repository/${opened.repositories[0]?.slice(0, -1)}`)
      ),
  )
  expect(outside).toEqual([])
  const used = new Set(calls.map(({ action }) => `ecr:${action}`))
  // Asked when an organization forbids to create repositories, needed for resource tags, and for reading from there.
  const rare = ['ecr:DescribeRepositories', 'ecr:TagResource', 'ecr:GetDownloadUrlForLayer']
  expect(granted.filter((action) => !used.has(action) && !rare.includes(action))).toEqual([])
})

test('the roles have the permissions for other accounts and ECR Public that they use, and no others', () => {
  const rights = rightsOf(first.template)
  const roles = new Set(first.template.resources('AWS::IAM::Role').map(({ id }) => id))
  const calls = first.calls.filter(
    ({ accessKeyId = '', action }) => action !== undefined && roles.has(accessKeyId),
  )
  const refused = calls.filter((call) => !rights.some((right) => allows(right, call)))
  expect(refused.map((call) => `${call.accessKeyId} ${nameOf(call)} ${call.resource}`)).toEqual([])
  const isElsewhere = ({ action, resource }: Right) =>
    /^(ecr-public|sts):/.test(action) || resource.includes(STAGE.account)
  const idle = rights.filter((right) => isElsewhere(right) && !calls.some((call) => allows(right, call)))
  const rare = /:(DescribeRepositories|TagResource|GetDownloadUrlForLayer|BatchGetImage)$/
  expect(idle.filter(({ action }) => !rare.test(action)).map(({ action }) => action)).toEqual([])
})

test('repositories of ECR Public are created, and hold the image under the name of the alias', () => {
  const made = first.calls.filter(
    ({ service, action }) => service === 'ecr-public' && action === 'CreateRepository',
  )
  expect(made.map(({ resource }) => resource)).toContain(
    `arn:aws:ecr-public::123456789012:repository/mirror/${SOURCE}`,
  )
})
