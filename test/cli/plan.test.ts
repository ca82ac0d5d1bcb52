// `image-mirror plan` between a registry and the embedded ECR, both on loopback.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { basicAuthenticator } from '../../local/aws/registry/authenticators.ts'
import { signByTag } from '../../local/upstream/sign.ts'
import { multiArch } from '../copy/images.ts'
import { failing, type TestRegistry } from '../copy/registries.ts'
import { startFaultyRegistry } from '../support/faulty-registry.ts'
import { AWAY, FROM, HOME, openPlanWorld, type PlanWorld } from './plan/world.ts'

let world: PlanWorld
let source: TestRegistry
beforeEach(async () => {
  world = await openPlanWorld()
  source = world.source
})
afterEach(() => world[Symbol.asyncDispose]())

const WRITES = /^(?:POST|PUT|PATCH|DELETE) /
const READING = /^(?:Get|List|Describe|BatchGet|BatchCheck)/

test('reports what targets lack and what would be created there, and ends with 3', async () => {
  await multiArch(await source.build(FROM), '1.0')
  const { status, images, counts } = await world.planned(world.appList())
  const bytes = await bytesOf('1.0')
  const lacking = { status: 'missing', createsRepository: true, tags: [{ tag: '1.0' }], bytes }
  expect(images).toMatchObject([
    {
      repository: `mirror/${FROM}`,
      targets: [
        { target: HOME, ...lacking },
        { target: AWAY, ...lacking },
      ],
    },
  ])
  expect(counts).toMatchObject({
    images: 1,
    pairs: 2,
    missing: 2,
    failed: 0,
    repositories: 2,
    bytes: 2 * bytes,
  })
  expect(status).toBe(3)
})

test('ends with 0 when every target holds everything', async () => {
  await multiArch(await source.build(FROM), '1.0')
  for (const region of [HOME, AWAY]) await world.mirrorTo(region)
  const { status, counts, images } = await world.planned(world.appList())
  expect(counts).toMatchObject({ pairs: 2, inSync: 2, bytes: 0, repositories: 0 })
  expect(images[0]?.targets).toMatchObject([{ status: 'inSync', tags: [] }, { status: 'inSync' }])
  expect(status).toBe(0)
})

test('a tag that moved is told with what it points to, and only the new content counts', async () => {
  const build = await source.build(FROM)
  const old = await multiArch(build, '1.0')
  await world.mirrorTo(HOME)
  const moved = await multiArch(build, '1.0', { name: 'another' })
  const { status, images } = await world.planned(world.appList())
  const [home, away] = images[0]?.targets ?? []
  expect(home).toMatchObject({
    status: 'stale',
    createsRepository: false,
    tags: [{ tag: '1.0', digest: moved.digest, from: old.digest }],
  })
  // The layer that all platforms share and the configs, which name no layer, are there already.
  expect(home?.bytes).toBeLessThan((away?.bytes ?? 0) - 1_000)
  expect(home?.bytes).toBeGreaterThan(2_000)
  expect(status).toBe(3)
})

test('names tags that a target keeps with missingOnly, and does not plan to write them', async () => {
  const build = await source.build(FROM)
  await multiArch(build, '1.0')
  for (const region of [HOME, AWAY]) await world.mirrorTo(region)
  const { digest } = await multiArch(build, '1.0', { name: 'another' })
  const { status, images } = await world.planned(
    world.listOf(`{source: ${source.address}/${FROM}, tags: {include: ['1.0'], missingOnly: true}}`),
  )
  expect(images[0]?.targets).toMatchObject([
    { status: 'inSync', tags: [], kept: [{ tag: '1.0', source: digest }] },
    { status: 'inSync', tags: [], kept: [{ tag: '1.0', source: digest }] },
  ])
  expect(images[0]?.warnings).toEqual([HOME, AWAY].map((region) => expect.stringContaining(region)))
  expect(status).toBe(0)
})

test('a signature that a target lacks is something to do', async () => {
  const build = await source.build(FROM)
  const image = await multiArch(build, '1.0')
  await world.mirrorTo(HOME)
  await signByTag(build, image, 'app')
  const { images } = await world.planned(world.appList())
  expect(images[0]).toMatchObject({
    artifacts: 1,
    targets: [{ status: 'stale', tags: [] }, { status: 'missing' }],
  })
  expect(images[0]?.targets[0]?.artifacts).toHaveLength(1)
  expect(images[0]?.targets[0]?.bytes).toBeGreaterThan(0)
})

test('counts the bytes of the index that is made of the named platforms', async () => {
  await multiArch(await source.build(FROM), '1.0')
  const whole = await world.planned(world.appList())
  const entry = `{source: '${source.address}/${FROM}:1.0', platforms: [linux/amd64]}`
  const { status, images } = await world.planned(world.listOf(entry))
  expect(images[0]?.warnings).toEqual([])
  expect(images[0]?.targets[0]?.bytes).toBeLessThan((whole.images[0]?.targets[0]?.bytes ?? 0) - 1_000)
  expect(images[0]?.targets[0]?.bytes).toBeGreaterThan(2_000)
  expect(status).toBe(3)
})

test('writes nothing anywhere: neither at the source nor at a target', async () => {
  const build = await source.build(FROM)
  await signByTag(build, await multiArch(build, '1.0'), 'app')
  await world.mirrorTo(HOME)
  await multiArch(build, '1.0', { name: 'another' })
  source.forgetLog()
  const before = world.actionsOfEcr().length
  await world.planned(world.appList())
  expect(source.log().length).toBeGreaterThan(0)
  expect(source.count(WRITES)).toBe(0)
  const asked = world.actionsOfEcr().slice(before)
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.filter((action) => !READING.test(action))).toEqual([])
})

test('what the stages drop of 400 tags adds up to what the source lists', async () => {
  const build = await source.build(FROM)
  const image = await multiArch(build, '1.0.0')
  const numbers = Array.from({ length: 99 }, (_, patch) => patch + 1)
  const tags = numbers.flatMap((patch) => [
    `1.0.${patch}`,
    `1.0.${patch}-rc.1`,
    `1.0.${patch}-alpine`,
    `build-${patch}`,
  ])
  for (const tag of [...tags, 'latest', 'edge']) await build.tag(tag, image)
  await signByTag(build, image, 'app')
  const entry = `{source: ${source.address}/${FROM}, tags: {semver: '>=1.0.10', exclude: ['/9$/'], latest: 3}}`
  const { images } = await world.planned(world.listOf(entry))
  const { listed, stages, selected } = images[0]?.selection ?? { listed: 0, stages: [], selected: 0 }
  expect(listed).toBe(400)
  expect(stages.reduce((sum, { dropped }) => sum + dropped, selected)).toBe(400)
  expect(stages.map(({ stage }) => stage)).toEqual([
    'artifact',
    'notVersion',
    'variant',
    'prerelease',
    'semver',
    'exclude',
    'latest',
  ])
  for (const { dropped, samples } of stages) expect(samples).toHaveLength(Math.min(5, dropped))
  expect(images[0]?.tags.map(({ tag }) => tag).sort()).toEqual(['1.0.96', '1.0.97', '1.0.98'])
})

test('a source that fails does not keep the others from being planned, and ends with 1', async () => {
  await multiArch(await source.build(FROM), '1.0')
  const list = `${world.appList()}  - ${source.address}/library/none:1.0\n`
  const { status, counts, images } = await world.planned(list)
  expect(images[1]).toMatchObject({ error: { name: 'SourceNotFound' }, targets: [{ status: 'failed' }, {}] })
  expect(counts).toMatchObject({ missing: 2, failed: 2 })
  expect(status).toBe(1)
})

test('a tag that the source does not have fails, and the others are planned', async () => {
  await multiArch(await source.build(FROM), '1.0')
  const { status, images, counts } = await world.planned(
    world.listOf(`{source: ${source.address}/${FROM}, tags: {include: ['1.0', '9.9']}}`),
  )
  expect(images[0]).toMatchObject({
    tags: [{ tag: '1.0' }],
    failed: [{ tag: '9.9', name: 'SourceNotFound' }],
  })
  expect(counts).toMatchObject({ missing: 2, failed: 0, failedTags: 1 })
  expect(status).toBe(1)
})

test('a target that fails is told, and ends with 1', async () => {
  await multiArch(await source.build(FROM), '1.0')
  vi.stubEnv('AWS_ENDPOINT_URL_ECR', 'http://127.0.0.1:1')
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1')
  const { status, images } = await world.planned(world.appList())
  expect(images[0]?.targets).toMatchObject([{ status: 'failed', error: {} }, { status: 'failed' }])
  expect(images[0]?.error).toBeUndefined()
  expect(status).toBe(1)
})

test('sizes that cannot be known are left out with the reason', async () => {
  const index = await multiArch(await source.build(FROM), '1.0')
  source.breakWith(failing(new RegExp(`GET .*/manifests/(?!${index.digest})`), 404))
  const { status, images } = await world.planned(world.appList())
  expect(images[0]?.warnings.join()).toContain('the bytes to copy are not known')
  expect(images[0]?.targets[0]).not.toHaveProperty('bytes')
  expect(status).toBe(3)
})

test('--no-bytes reads no manifest but that of an index', async () => {
  await multiArch(await source.build(FROM), '1.0')
  const { images, requests } = await world.planned(world.appList(), '--no-bytes')
  expect(images[0]?.targets[0]).not.toHaveProperty('bytes')
  expect(requests.countedPulls).toBe(1)
  expect((await world.planned(world.appList())).requests.countedPulls).toBe(3)
})

async function bytesOf(tag: string): Promise<number> {
  const digest = (await source.store.tags.find(FROM, tag)) ?? ''
  let sum = 0
  const seen = new Set<string>()
  const visit = async (at: string): Promise<void> => {
    const bytes = await source.store.manifests.bytes(at as never)
    sum += bytes.length
    const document = JSON.parse(bytes.toString())
    for (const child of document.manifests ?? []) await visit(child.digest)
    for (const blob of [document.config, ...(document.layers ?? [])].filter(Boolean)) {
      if (!seen.has(blob.digest)) sum += blob.size
      seen.add(blob.digest)
    }
  }
  await visit(digest)
  return sum
}

test.each([
  [
    'the right password',
    'correct horse',
    { status: 'missing', createsRepository: true, tags: [{ tag: '1.0' }] },
  ],
  ['a wrong one', 'wrong', { status: 'failed', error: { name: 'AccessDenied' } }],
])('compares another registry as the user that Docker has for it: %s', async (_, password, expected) => {
  const auth = basicAuthenticator({ robot: 'correct horse' })
  await using harbor = await startFaultyRegistry({ quirks: { auth } })
  const stored = { [harbor.address]: { auth: Buffer.from(`robot:${password}`).toString('base64') } }
  await writeFile(join(process.env.DOCKER_CONFIG ?? '', 'config.json'), JSON.stringify({ auths: stored }))
  await multiArch(await source.build(FROM), '1.0')
  const list = [
    `regions: [${HOME}]`,
    `targets: {harbor: {registry: '${harbor.address}', namespace: mirror, credentials: push}}`,
    `images: [{source: '${source.address}/${FROM}:1.0', targets: [harbor]}]`,
  ].join('\n')
  const { images } = await world.planned(list)
  expect(images.flatMap(({ targets }) => targets)).toMatchObject([{ target: 'harbor', ...expected }])
})

test('names the repository at each target, and once where all have the same name', async () => {
  await using registry = await startFaultyRegistry()
  await multiArch(await source.build(FROM), '1.0')
  const image = `${source.address}/${FROM}:1.0`
  const listOf = (targets: string) =>
    [
      `targets: {harbor: {registry: '${registry.address}', namespace: mirror}, lab: {registry: '${registry.address}'}}`,
      `images: [{source: '${image}', targets: ${targets}}]`,
    ].join('\n')

  const one = await world.planned(listOf('[harbor]'))
  expect(one.images).toMatchObject([
    { repository: `mirror/${FROM}`, targets: [{ target: 'harbor', repository: `mirror/${FROM}` }] },
  ])
  expect((await world.run(listOf('[harbor]'))).printed).toContain(`${image} -> mirror/${FROM}\n`)

  const { images } = await world.planned(listOf('[harbor, lab]'))
  expect(images[0]?.repository).toBeUndefined()
  expect(images[0]?.targets).toMatchObject([
    { target: 'harbor', repository: `mirror/${FROM}` },
    { target: 'lab', repository: FROM },
  ])
  const { printed } = await world.run(listOf('[harbor, lab]'))
  expect(printed).toContain(`${image}\n`)
  expect(printed).toContain(`  harbor -> mirror/${FROM}: to sync`)
  expect(printed).toContain(`  lab -> ${FROM}: to sync`)
})

test('names the repositories also of an image that its source does not deliver', async () => {
  const list = [
    `targets: {lab: {registry: 'lab.example.com', namespace: mirror}}`,
    `images: [{source: '${source.address}/${FROM}:1.0', targets: [lab]}]`,
  ].join('\n')
  const { images } = await world.planned(list)
  expect(images).toMatchObject([
    {
      repository: `mirror/${FROM}`,
      error: {},
      targets: [{ status: 'failed', repository: `mirror/${FROM}` }],
    },
  ])
})
