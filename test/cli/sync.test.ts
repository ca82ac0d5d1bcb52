// `image-mirror sync` between registries on loopback.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { multiArch } from '../copy/images.ts'
import { failing } from '../copy/registries.ts'
import { documentOf } from './documents.ts'
import { openSyncWorld, type SyncWorld } from './sync/world.ts'

let world: SyncWorld
beforeEach(async () => {
  world = await openSyncWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

const MANIFEST_GETS = /^GET .*\/manifests\//

test('mirrors a list to registries without AWS, and ends with 0', async () => {
  await multiArch(await world.source.build('team/app'), '1.0')
  await world.imageOf('team/tool', '2.0')
  const list = world.listOf('SOURCE/team/app:1.0', 'SOURCE/team/tool:2.0')
  const { status, ...report } = await world.synced(list)
  expect(status).toBe(0)
  expect(report.counts).toMatchObject({ images: 2, pairs: 4, synced: 4, failed: 0 })
  expect(report.pairs.map(({ target, repository }) => [target, repository])).toEqual([
    ['one', 'mirror/team/app'],
    ['two', 'mirror/team/app'],
    ['one', 'mirror/team/tool'],
    ['two', 'mirror/team/tool'],
  ])
  await world.expectWhole('mirror/team/app', '1.0')
  await world.expectWhole('mirror/team/tool', '2.0')
})

test.each([
  { cached: 'with what the first run kept', flags: [] },
  { cached: 'without a cache', flags: ['--no-cache'] },
])('an unchanged list costs no counted pull and no write, $cached', async ({ flags }) => {
  await multiArch(await world.source.build('team/app'), '1.0')
  const list = world.listOf('SOURCE/team/app:1.0')
  await world.synced(list, ...flags)
  for (const registry of [world.source, ...world.targets]) registry.forgetLog()
  const { status, counts } = await world.synced(list, ...flags)
  expect(status).toBe(0)
  expect(counts).toMatchObject({ inSync: 2 })
  expect(world.source.count(MANIFEST_GETS)).toBe(0)
  expect(world.targets.map((target) => target.count(/^(?:PUT|POST|PATCH) /))).toEqual([0, 0])
})

test('reads each blob of the source once, whatever the number of images and targets', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await world.imageOf(`team/${name}`, '1.0', 'base', 'runtime')
  const entries = ['a', 'b', 'c', 'd'].map((name) => `SOURCE/team/${name}:1.0`)
  const { status } = await world.synced(world.listOf(...entries))
  expect(status).toBe(0)
  const reads = world.source.log().filter((line) => /^GET .*\/blobs\//.test(line))
  const digests = reads.map((line) => line.split('/').at(-1))
  expect(digests.length).toBe(new Set(digests).size)
})

test('asks a target once whether it lacks a tag, and for no manifest below it', async () => {
  await multiArch(await world.source.build('team/app'), '1.0')
  const { status } = await world.synced(world.listOf('SOURCE/team/app:1.0'))
  expect(status).toBe(0)
  for (const target of world.targets) {
    const heads = target.log().filter((line) => /^HEAD .*\/manifests\//.test(line))
    // The comparison, and the check after the tag is put.
    expect(heads).toEqual(Array(2).fill('HEAD /v2/mirror/team/app/manifests/1.0'))
  }
})

test('looks for manifests at the target before it reads them from a source that counts pulls', async () => {
  const root = await multiArch(await world.source.build('team/app'), '1.0')
  world.source.breakWith((_, response) => {
    response.setHeader('ratelimit-limit', '100;w=21600')
    response.setHeader('ratelimit-remaining', '90;w=21600')
    return false
  })
  await world.synced(world.listOf('SOURCE/team/app:1.0'), '--no-cache')
  await (await world.source.build('team/app')).tag('1.1', root)
  world.source.forgetLog()
  const { status } = await world.synced(world.listOf('SOURCE/team/app:1.1'), '--no-cache')
  expect(status).toBe(0)
  expect(world.source.count(MANIFEST_GETS)).toBe(0)
  await world.expectWhole('mirror/team/app', '1.1')
})

test('checks once for all targets whether a tag has moved meanwhile', async () => {
  await multiArch(await world.source.build('team/app'), '1.0')
  await world.synced(world.listOf('SOURCE/team/app:1.0'))
  expect(world.source.count(/^HEAD .*\/manifests\/1\.0$/)).toBe(2)
})

test('sends a layer that images share once to each registry', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await world.imageOf(`team/${name}`, '1.0', 'base')
  await world.synced(world.listOf(...['a', 'b', 'c', 'd'].map((name) => `SOURCE/team/${name}:1.0`)))
  // A shared layer and config, and four layers.
  for (const target of world.targets) expect(target.count(/^PUT .*\/blobs\/uploads\//)).toBeLessThanOrEqual(9)
  for (const name of ['a', 'b', 'c', 'd']) await world.expectWhole(`mirror/team/${name}`, '1.0')
})

test('a target that is down fails its own pairs only, and the failure names the way to try again', async () => {
  await world.imageOf('team/app', '1.0')
  world.targets[1].breakWith(failing(/./, 403))
  const list = world.listOf('SOURCE/team/app:1.0')
  const { status, out } = await world.run(list)
  expect(status).toBe(1)
  expect(out).toContain('1 synced, 1 failed')
  expect(out).toContain(`npx image-mirror sync --only ${world.source.address}/team/app:1.0@two /list.yaml`)
  world.targets[1].breakWith(undefined)
  const again = await world.synced(list, '--only', `${world.source.address}/team/app:1.0@two`)
  expect(again.counts).toMatchObject({ pairs: 1, synced: 1 })
  await world.expectWhole('mirror/team/app', '1.0')
})

test('a source that is missing fails its own image only', async () => {
  await world.imageOf('team/app', '1.0')
  const { status, counts, pairs } = await world.synced(
    world.listOf('SOURCE/team/app:1.0', 'SOURCE/team/none:1.0'),
  )
  expect(status).toBe(1)
  expect(counts).toMatchObject({ synced: 2, failed: 2 })
  expect(pairs[2]?.error?.name).toBe('SourceNotFound')
})

test('says which entries have expired, and that it deletes nothing', async () => {
  await world.imageOf('team/app', '1.0')
  const list = world.listOf('{source: SOURCE/team/app:1.0, expires: 2020-01-31, prune: true}')
  const { status, notices } = await world.synced(list)
  expect(status).toBe(0)
  expect(notices).toEqual([
    expect.stringContaining('expired on 2020-01-31: it is no longer mirrored'),
    '"sync" deletes no tags; the deployed mirror does what "prune" says.',
  ])
})

test('--only with an image alone means all of its targets', async () => {
  await world.imageOf('team/app', '1.0')
  await world.imageOf('team/tool', '1.0')
  const list = world.listOf('SOURCE/team/app:1.0', 'SOURCE/team/tool:1.0')
  const { counts } = await world.synced(list, '--only', `${world.source.address}/team/tool:1.0`)
  expect(counts).toMatchObject({ images: 1, pairs: 2 })
})

test('--only refuses an image that the list does not have', async () => {
  const only = (pair: string) =>
    expect(world.run(world.listOf('SOURCE/team/app:1.0'), { flags: ['--only', pair] })).rejects
  const image = `${world.source.address}/team/app:1.0`
  await only('team/none').toThrow(/^--only: "team\/none" is not in the list$/)
  await only('app').toThrow(`--only: "app" is not in the list; did you mean "${image}"?`)
  await only(`${image}@three`).toThrow(`--only: "${image}" does not go to "three"; its targets are one, two`)
})

test('waits for a rate limit as long as the registry asks, and then goes on', async () => {
  await world.imageOf('team/app', '1.0')
  world.source.faults.add(
    { on: ({ method }) => method === 'HEAD', times: 1 },
    (_, response) => void response.writeHead(429, { 'retry-after': '1' }).end(),
  )
  const { status, counts } = await world.synced(world.listOf('SOURCE/team/app:1.0'))
  expect(status).toBe(0)
  expect(counts).toMatchObject({ synced: 2 })
})

test('an image is deferred when the registry asks for a longer wait than --max-wait', async () => {
  await world.imageOf('team/app', '1.0')
  await world.imageOf('team/tool', '1.0')
  world.source.breakWith((request, response) => {
    if (!request.url?.includes('team/app')) return false
    response.writeHead(429, { 'retry-after': '3600' }).end()
    return true
  })
  const { status, counts, pairs } = await world.synced(
    world.listOf('SOURCE/team/tool:1.0', 'SOURCE/team/app:1.0'),
    '--max-wait',
    '0',
  )
  expect(status).toBe(1)
  expect(counts.deferred).toBeGreaterThanOrEqual(2)
  expect(pairs[2]?.error?.name).toBe('RateLimited')
  expect(pairs[2]?.error?.message).toMatch(/; the registry asks to wait for (?:1 h 0 min|59 min \d+ s)$/)
})

test('an interrupted run names what is not done, and the next one completes it', async () => {
  await world.imageOf('team/app', '1.0')
  const stop = new AbortController()
  world.targets[0].breakWith((request) => {
    if (request.method === 'PUT') stop.abort('SIGINT')
    return false
  })
  const list = world.listOf('SOURCE/team/app:1.0')
  const file = join(world.folder, 'report.html')
  const { status, out, err } = await world.run(list, { flags: ['--report', file], signal: stop.signal })
  expect(status).toBe(130)
  expect(err).toMatch(/^Interrupted: \d of 2 pairs done\. Run the command again to continue\.$/m)
  expect(err).not.toContain('failed')
  expect(out).toMatch(/ {2}interrupted /)
  expect(out).toMatch(/, [12] interrupted; |: [12] interrupted; /)
  expect(out).not.toContain('failed')
  expect(out).not.toContain('--only')
  const page = await readFile(file, 'utf8')
  expect(page).toMatch(/Interrupted; [12] pairs? not done/)
  expect(page).toContain('The run was interrupted. Run the command again to continue.')
  expect(page).not.toMatch(/<title>[^<]*failed|--only/)
  expect(page).toMatch(/<span class="interrupted">interrupted <b>[12]<\/b><\/span>/)
  expect(page).toMatch(/<td class="interrupted">interrupted/)
  expect(page).not.toMatch(/class="failed"/)
  expect((await world.synced(list)).status).toBe(0)
  await world.expectWhole('mirror/team/app', '1.0')
})

test('--report writes the page, with the command that tries failed pairs again', async () => {
  await world.imageOf('team/app', '1.0')
  world.targets[1].breakWith(failing(/./, 403))
  const file = join(world.folder, 'report.html')
  const { out } = await world.run(world.listOf('SOURCE/team/app:1.0'), { flags: ['--report', file] })
  expect(out).toContain('Report: /report.html')
  const page = await readFile(file, 'utf8')
  expect(page).toContain('1 of 2 pairs failed')
  expect(page).toContain('npx image-mirror sync --only')
  expect(page).not.toContain('Execution in the console')
})

test.each([
  ['a folder that is missing', 'none'],
  ['a file in place of a folder', 'file'],
])('refuses a --report in %s, before anything is mirrored', async (_, name) => {
  await world.imageOf('team/app', '1.0')
  const folder = join(world.folder, name)
  await writeFile(join(world.folder, 'file'), '')
  const flags = ['--report', join(folder, 'report.html')]
  await expect(world.run(world.listOf('SOURCE/team/app:1.0'), { flags })).rejects.toThrow(
    `--report: ${folder} is not a folder that can be written to`,
  )
  expect(world.source.log()).toEqual([])
})

test('refuses a --report that is a folder', async () => {
  const flags = ['--report', world.folder]
  await expect(world.run(world.listOf('SOURCE/team/app:1.0'), { flags })).rejects.toThrow(
    `--report: ${world.folder} is a folder; name a file in it`,
  )
})

test('prints the result even if the page cannot be written, and ends with 1', async () => {
  await world.imageOf('team/app', '1.0')
  const list = world.listOf('SOURCE/team/app:1.0')
  const file = join(world.folder, 'long'.repeat(100))
  const { status, out, err } = await world.run(list, { flags: ['--report', file] })
  expect(status).toBe(1)
  expect(out).toContain('2 synced')
  expect(out).not.toContain('Report:')
  expect(err).toContain('The report was not written to ')
})

test('prints a line for each pair into a pipe, and only JSON to standard output with --json', async () => {
  await world.imageOf('team/app', '1.0')
  const { out, err } = await world.run(world.listOf('SOURCE/team/app:1.0'), { flags: ['--json'] })
  expect(documentOf('sync', out).counts).toMatchObject({ synced: 2 })
  expect(err).toMatch(/^1\/2 {2}synced/m)
  expect(err).toContain('1 image, 2 pairs: 2 synced')
})
