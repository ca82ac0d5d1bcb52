// The whole mirror with Debian's registry as its source and real files. skopeo checks the result.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEBIAN_FILES, makeLayout, pullAndUnpack, push } from './images.ts'
import { type RunningRegistry, startDockerRegistry } from './registry.ts'
import { mirrorAndServe, type ServedMirror } from './served-mirror.ts'
import { rawManifest, requireTools, temporaryFolder } from './tools.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
const TAGS = ['1.0', '1.1', '2.0-rc1']

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let source: RunningRegistry
let served: ServedMirror

beforeAll(async () => {
  requireTools('docker-registry', 'skopeo', 'umoci')
  folder = await temporaryFolder()
  source = await startDockerRegistry(join(folder.path, 'source'))
  const layout = join(folder.path, 'layout')
  await makeLayout(layout)
  for (const tag of TAGS) await push(layout, 'amd64', `${source.address}/team/app:${tag}`)
  await push(layout, 'multi', `${source.address}/team/multi:1.0`)
  await push(layout, 'amd64', `${source.address}/team/docker:1`, '--format', 'v2s2')
  const list = join(folder.path, 'list.yaml')
  await writeFile(
    list,
    `regions: [us-east-1, eu-west-1, ap-southeast-2]
images:
  - source: ${source.address}/team/app
    tags: {include: ['/^\\d/'], exclude: ['/-rc/']}
  - ${source.address}/team/multi:1.0
  - source: ${source.address}/team/docker:1
    repository: renamed/docker
`,
  )
  served = await mirrorAndServe(
    '--list',
    list,
    '--regions',
    REGIONS.join(','),
    '--state',
    join(folder.path, 'state'),
  )
})

afterAll(async () => {
  await served?.[Symbol.asyncDispose]()
  await source?.[Symbol.asyncDispose]()
  await folder?.[Symbol.asyncDispose]()
})

const MIRRORED = [
  ['team/app:1.0', 'team/app:1.0'],
  ['team/app:1.1', 'team/app:1.1'],
  ['team/multi:1.0', 'team/multi:1.0'],
  ['team/docker:1', 'renamed/docker:1'],
] as const

test('the run tells that every pair was synced', () => {
  expect(served.report.counts).toMatchObject({
    images: 3,
    pairs: 6,
    synced: 6,
    inSync: 0,
    deferred: 0,
    failed: 0,
  })
  expect(Object.keys(served.report.regions).sort()).toEqual([...REGIONS].sort())
})

test.each(REGIONS.flatMap((region) => MIRRORED.map(([from, to]) => [region, from, to] as const)))(
  'in %s, skopeo reads the very bytes of %s',
  async (region, from, to) => {
    const there = await rawManifest(`${served.report.regions[region]}/${to}`)
    const here = await rawManifest(`${source.address}/${from}`)
    expect(there.equals(here)).toBe(true)
    const digest = `sha256:${createHash('sha256').update(here).digest('hex')}`
    const pair = served.report.pairs.find(
      (one) => one.region === region && to.startsWith(`${one.repository}:`),
    )
    expect(pair?.tags?.map(({ tag, digest }) => ({ tag, digest }))).toContainEqual({
      tag: to.split(':')[1],
      digest,
    })
  },
)

test('a tag that the list excludes is not there', async () => {
  await expect(rawManifest(`${served.report.regions['us-east-1']}/team/app:2.0-rc1`)).rejects.toThrow()
})

test.each(REGIONS)('what skopeo pulls from %s unpacks to the files that went in', async (region) => {
  const address = served.report.regions[region]
  const files = await pullAndUnpack(`${address}/team/app:1.0`, join(folder.path, `pulled-${region}`))
  for (const file of DEBIAN_FILES) {
    const [given, got] = await Promise.all([readFile(file), readFile(join(files, basename(file)))])
    expect(got.equals(given), file).toBe(true)
  }
})
