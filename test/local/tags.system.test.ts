// The whole workflow with tags that are missing, blocked or broken: each fails alone, and is named with its reason.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Executed } from '../../local/executions.ts'
import type { LocalRun } from '../../local/run.ts'
import type { RunDocument } from '../../local/run-document.ts'
import { builder } from '../../local/upstream/builder.ts'
import { layer } from '../../local/upstream/layer.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { refuse } from '../support/actions.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { startRun, stateFolder } from './runs.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
const ARM = { os: 'linux', architecture: 'arm64' }
const FOREVER = Number.POSITIVE_INFINITY

const stack = new AsyncDisposableStack()
let source: FaultyRegistry
let pinned: Descriptor
let done: LocalRun
let dry: Executed
let again: Executed

beforeAll(async () => {
  source = stack.use(await startFaultyRegistry())
  const names = ['v1', 'v2-blocked', 'v3-gone', 'v4-no-layer', 'v5-no-platform']
  await fill('team/mixed', names)
  await fill('team/resolved', ['v1', 'v2-blocked'])
  await fill('team/blocked', ['v1', 'v2'])
  ;({ image: pinned } = await fill('team/pinned', ['1.0', '1.1']))
  await builder(source.store, 'team/pinned').tag('1.0', (await made('team/pinned', '1.1')).image)

  const blocked = refuse(451, 'DENIED', 'withdrawn by court order')
  source.faults.add({ on: /\/team\/(mixed|resolved)\/manifests\/v2-blocked/, times: FOREVER }, blocked)
  source.faults.add({ on: /\/team\/blocked\/manifests\/v/, times: FOREVER }, blocked)
  const absent = refuse(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
  source.faults.add({ on: /\/team\/mixed\/manifests\/v3-gone/, times: FOREVER }, absent)
  const noLayer = await made('team/mixed', 'v4-no-layer')
  const noPlatform = await made('team/mixed', 'v5-no-platform')
  source.faults.add(
    { on: new RegExp(`/blobs/${noLayer.config}`), times: FOREVER },
    refuse(404, 'BLOB_UNKNOWN', 'no'),
  )
  source.faults.add({ on: new RegExp(`/manifests/${noPlatform.image.digest}`), times: FOREVER }, absent)

  done = await startRun(stack, list(), { stateDir: await stateFolder(stack) })
  again = await done.execute({})
  dry = await done.execute({ dryRun: true })
})

afterAll(() => stack.disposeAsync())

/** One platform, created once per name. */
async function made(repository: string, name: string) {
  const build = builder(source.store, repository)
  const content = await layer({ name })
  const image = await build.image(ARM, [content])
  const config = await build.blob('application/vnd.oci.image.layer.v1.tar+gzip', content.bytes)
  return { image, config: config.digest }
}

/** A repository with an index under each tag. @returns the first index */
async function fill(repository: string, tags: readonly string[]) {
  await source.store.repositories.create(repository)
  const build = builder(source.store, repository)
  for (const tag of tags) await build.tag(tag, await build.index([(await made(repository, tag)).image]))
  return made(repository, tags[0] ?? '')
}

function list() {
  const all = (name: string) => ({ source: `${source.address}/${name}`, tags: { include: ['/^v/'] } })
  const images = [
    all('team/mixed'),
    all('team/blocked'),
    { source: `${source.address}/team/resolved`, tags: { include: ['v1', 'v2-blocked', 'v9'] } },
    `${source.address}/team/pinned:1.0@${pinned.digest}`,
  ]
  return { regions: REGIONS, images }
}

function pairsOf(document: RunDocument, repository: string) {
  const pairs = document.pairs.filter((pair) => pair.repository === repository)
  expect(pairs.map(({ region }) => region).sort()).toEqual([...REGIONS].sort())
  return pairs
}

const namesOf = (tags: readonly { readonly tag?: string | undefined }[] = []) =>
  tags.map(({ tag }) => tag).sort()

test('fails blocked, missing and broken tags alone, and copies the good one everywhere', () => {
  for (const pair of pairsOf(done.document, 'team/mixed')) {
    expect([pair.outcome, namesOf(pair.tags)]).toEqual(['failed', ['v1']])
    expect(namesOf(pair.failedTags)).toEqual(['v2-blocked', 'v3-gone', 'v4-no-layer', 'v5-no-platform'])
    const reasons = Object.fromEntries(pair.failedTags?.map(({ tag, message }) => [tag, message]) ?? [])
    expect(reasons['v2-blocked']).toContain('withdrawn by court order')
    expect(reasons['v3-gone']).toContain('lists the tag "v3-gone", but reports it as missing')
    expect(pair.error?.message).toContain('4 of 5 tags failed')
  }
})

test('fails an image without good tags, with the reason of every tag', () => {
  for (const { outcome, tags, error } of pairsOf(done.document, 'team/blocked')) {
    expect([outcome, tags]).toEqual(['failed', []])
    expect(error?.message).toMatch(/2 of 2 tags failed: v1: .*court order.*; v2: .*court order/)
  }
})

test('fails exact tags alone, and starts no build while all others are in sync', async () => {
  for (const { document } of [done, again]) {
    for (const pair of pairsOf(document, 'team/resolved')) {
      expect([pair.outcome, namesOf(pair.tags)]).toEqual(['failed', ['v1']])
      expect(namesOf(pair.failedTags)).toEqual(['v2-blocked', 'v9'])
    }
  }
  for (const pair of pairsOf(again.document, 'team/resolved')) expect(pair.error).not.toHaveProperty('log')
})

test('mirrors a pinned digest after its tag moved, and warns in each run', () => {
  for (const [document, outcome] of [
    [done.document, 'synced'],
    [again.document, 'inSync'],
  ] as const) {
    for (const pair of pairsOf(document, 'team/pinned')) {
      expect(pair).toMatchObject({ outcome, tags: [{ tag: '1.0', digest: pinned.digest }] })
      expect(pair.warnings).toEqual([expect.stringContaining('the tag "1.0" now points to sha256:')])
    }
  }
})

test('reports failed tags in a dry run', () => {
  for (const pair of pairsOf(dry.document, 'team/resolved')) {
    expect([pair.outcome, namesOf(pair.failedTags)]).toEqual(['failed', ['v2-blocked', 'v9']])
  }
})

test('names failed tags, their reasons and a rerun command in the alert', () => {
  const message = done.alerts[0]?.message ?? ''
  for (const tag of ['v2-blocked', 'v3-gone', 'v4-no-layer', 'v5-no-platform', 'v9'])
    expect(message).toContain(tag)
  expect(message).toContain('withdrawn by court order')
  expect(message).toContain('  in place: v1\n')
  expect(message).toMatch(/--input '\{"only":"s3:\/\/[^"]+\/rerun\.json"\}'/)
  expect(message).not.toContain('team/pinned')
})
