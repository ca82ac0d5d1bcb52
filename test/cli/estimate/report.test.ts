// `estimate --report`: figures of a run replace assumptions. The reports come from `sync`, and from the code of Report.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { estimateCommand } from '../../../cli/estimate/command.ts'
import type { Estimate } from '../../../cli/estimate/schema.ts'
import { estimate } from '../../../cli/estimate.ts'
import type { PairReport, Report } from '../../../mirror/documents.ts'
import { reportPair, reportText, startTally } from '../../../mirror/report/report.ts'
import { regionTarget } from '../../../mirror/target.ts'
import { AMD64, multiArch } from '../../copy/images.ts'
import { layerOf } from '../../copy/registries.ts'
import { documentOf as printed } from '../documents.ts'
import { parsed } from '../parsed.ts'
import { openSyncWorld, type SyncWorld } from '../sync/world.ts'
import { screenOf } from '../terminal/screen.ts'

let world: SyncWorld
beforeEach(async () => {
  world = await openSyncWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

async function fileOf(name: string, content: unknown): Promise<string> {
  const file = join(world.folder, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

async function run(...args: string[]): Promise<string> {
  const { stream, text } = screenOf()
  expect(await estimate(parsed(estimateCommand, args), { stdout: stream, stderr: stream })).toBe(0)
  return text()
}

async function documentOf(list: string, report: unknown, ...args: string[]): Promise<Estimate> {
  const files = [await fileOf('priced.yaml', list), await fileOf('report.json', report)]
  const text = await run('--list', files[0] ?? '', '--report', files[1] ?? '', '--json', ...args)
  return printed('estimate', text)
}

const DIGEST = `sha256:${'1'.repeat(64)}`
const TIMES = {
  ordered: '2026-11-30T04:00:00.000Z',
  queued: '2026-11-30T04:00:01.000Z',
  copying: '2026-11-30T04:10:00.000Z',
  ended: '2026-11-30T04:11:30.000Z',
}

interface Copied {
  readonly image: string
  readonly region: string
  readonly repository: string
  readonly bytes: number
  /** The digest that the tag had before. */
  readonly was?: string
}

/** A pair as Report writes it. */
function copied({ image, region, repository, bytes, was }: Copied): PairReport {
  const target = regionTarget(region as Parameters<typeof regionTarget>[0])
  const blobs = { copied: 1, mounted: 0, present: 0 }
  const outcome = { status: 'synced', bytes, seconds: 60, blobs, warnings: 0, times: TIMES } as const
  const tag = { tag: '1.0', digest: DIGEST }
  return reportPair(
    { id: '00001-app', image, target, repository, outcome: 'synced', bytes, seconds: 60, times: TIMES },
    {
      resolved: {
        image,
        tags: [{ ...tag, mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 10 }],
        artifacts: [],
      },
      result: {
        outcome,
        tags: [{ ...tag, status: 'copied', bytes, seconds: 60 }],
        warnings: [],
        requests: {},
        ...(was === undefined ? {} : { before: { '1.0': was } }),
      },
    },
  )
}

async function reportOf(...pairs: PairReport[]): Promise<Report> {
  const named = { name: 'run-1', dryRun: false }
  const tally = startTally(named)
  async function* images() {
    tally.add(pairs)
    yield pairs
  }
  async function* nothing() {}
  let text = ''
  for await (const piece of reportText(named, images(), {
    counts: tally.counts,
    notices: () => [],
    pruned: nothing(),
  }))
    text += piece
  return printed('sync', text)
}

test('takes bytes and builds from the report of sync, and assumes nothing for its pairs', async () => {
  await multiArch(await world.source.build('team/app'), '1.0')
  const list = world.listOf('SOURCE/team/app:1.0')
  const { out } = await world.run(list, { flags: ['--json'] })
  const bytes = printed('sync', out).pairs.reduce((sum, pair) => sum + pair.bytes, 0)
  expect(bytes).toBeGreaterThan(0)
  const { measured, places, costs } = await documentOf(list, out, '--changes', '1000', '--runs', '1000')
  expect(measured).toMatchObject({ pairs: 2, gone: 0 })
  expect(measured?.hours).toBeGreaterThanOrEqual(0)
  expect(places).toMatchObject([{ place: 'registry', pairs: 2, storage: 0 }])
  expect(costs.transfer).toBeCloseTo((1000 * 0.09 * bytes) / 1e9, 8)
})

test('says which figures are measured, and which are assumed', async () => {
  const build = await world.source.build('team/tool')
  await build.tag('2.0', await build.image(AMD64, [layerOf('tool')]))
  await multiArch(await world.source.build('team/app'), '1.0')
  const { out } = await world.run(world.listOf('SOURCE/team/app:1.0'), { flags: ['--json'] })
  const list = await fileOf('more.yaml', world.listOf('SOURCE/team/app:1.0', 'SOURCE/team/tool:2.0'))
  const told = await run('--list', list, '--report', await fileOf('report.json', out), '--gb', '2')
  expect(told).toMatch(
    /Measured by the run \S+: the copies of 2 pairs, and the storage of 2\. It took \d+ s or longer\./,
  )
  expect(told).toContain(
    'Assumed: how often images change, how long comparisons take, 2 GB for each copy of 2 pairs, 2 GB for the storage of 2 pairs.',
  )
})

const LIST = 'regions: [us-east-1, eu-west-1]\nimages: [ghcr.io/team/app:1.0]\n'
const APP = { image: 'ghcr.io/team/app:1.0', repository: 'team/app' }

test('the first copy of an image measures its storage, and a later one only its transfer', async () => {
  const first = await reportOf(
    copied({ ...APP, region: 'us-east-1', bytes: 2e9 }),
    copied({ ...APP, region: 'eu-west-1', bytes: 2e9 }),
  )
  const later = await reportOf(
    ...['us-east-1', 'eu-west-1'].map((region) =>
      copied({ ...APP, region, bytes: 1e8, was: `sha256:${'2'.repeat(64)}` }),
    ),
  )
  const [whole, part] = [await documentOf(LIST, first), await documentOf(LIST, later)]
  expect(whole.costs.storage).toBeCloseTo(0.4)
  expect(whole.measured).toMatchObject({ pairs: 2, stored: 2 })
  expect(whole.costs.transfer).toBeCloseTo(4 * 2 * 0.02)
  expect(part.costs.storage).toBeCloseTo(2 * 0.3 * 0.1)
  expect(part.costs.transfer).toBeCloseTo(4 * 0.1 * 0.02)
  // 20 s for the start, and 90 s of copying: two minutes.
  expect(part.costs.builds).toBeCloseTo(2 * 4 * 2 * 0.0034)
  expect(part.measured).toEqual({ run: 'run-1', pairs: 2, stored: 0, gone: 0, hours: 690 / 3600 })
})

test('a target that the run did not have gets what other targets of the image were measured with', async () => {
  const report = await reportOf(copied({ ...APP, region: 'us-east-1', bytes: 2e9 }))
  const { costs, measured } = await documentOf(LIST, report)
  expect(measured?.pairs).toBe(2)
  expect(costs.storage).toBeCloseTo(0.4)
})

test('leaves out pairs that the list no longer has, and says so', async () => {
  const gone = { image: 'ghcr.io/team/old:1.0', repository: 'team/old', bytes: 9e9 }
  const report = await reportOf(
    copied({ ...APP, region: 'us-east-1', bytes: 2e9 }),
    copied({ ...APP, region: 'sa-east-1', bytes: 2e9 }),
    copied({ ...gone, region: 'us-east-1' }),
  )
  const { costs, pairs, measured, notes } = await documentOf(LIST, report)
  expect(pairs).toBe(2)
  expect(costs.storage).toBeCloseTo(0.4)
  expect(measured?.gone).toBe(2)
  expect(notes).toEqual(['2 pairs of the report are not in the list and not counted.'])
})

test('counts what a source with a * stood for, and images of lists elsewhere, as the report has them', async () => {
  const registry = '210987654321.dkr.ecr.us-east-1.amazonaws.com'
  const copies = ['a', 'b'].map((name) => ({
    image: `${registry}/team/${name}`,
    repository: `team/${name}`,
    bytes: 1e9,
  }))
  const pairs = copies.map((one) => copied({ ...one, region: 'us-east-1' }))
  const other = copied({ image: 'quay.io/other:1', repository: 'other', region: 'us-east-1', bytes: 1e9 })
  const list = `regions: [us-east-1]\nprefix: mirror\nimages: [{source: '${registry}/team/*', tags: {include: ['1.0']}}]\n`
  const members = await documentOf(list, await reportOf(...pairs, other))
  expect(members).toMatchObject({ images: 2, pairs: 2, measured: { pairs: 2, gone: 1 } })
  const elsewhere = await documentOf(
    `${list}imagesFrom: ssm:/mirror/images\n`,
    await reportOf(...pairs, other),
  )
  expect(elsewhere).toMatchObject({ images: 3, pairs: 3, measured: { pairs: 3, gone: 0 } })
  // They have the schedule of the list, which is the default one.
  expect(elsewhere.costs.builds).toBeCloseTo(1.5 * members.costs.builds)
  expect(elsewhere.notes).toEqual([
    '3 pairs of sources with a * or of imagesFrom are counted as in the report.',
  ])
})

test('pairs that the run did not copy keep their assumptions', async () => {
  const report = await reportOf({ ...copied({ ...APP, region: 'us-east-1', bytes: 0 }), outcome: 'inSync' })
  const { costs, measured } = await documentOf(LIST, report, '--gb', '1')
  expect(measured?.pairs).toBe(0)
  expect(costs.storage).toBeCloseTo(0.2)
})

test('reads the document of start --json and follow --json, too', async () => {
  const report = await reportOf(copied({ ...APP, region: 'us-east-1', bytes: 2e9 }))
  expect((await documentOf(LIST, { run: 'x', status: 'SUCCEEDED', report })).measured?.run).toBe('run-1')
})

test.each([
  ['images: [redis]', 'is not JSON'],
  ['[]', 'is not a report of this version of image-mirror'],
  ['{"file": "mirror.yaml", "valid": true, "problems": []}', 'it has no "run"'],
  ['{"run": "r", "pairs": [{"image": "redis", "region": "us-east-1"}]}', 'it has no "pairs.0.target"'],
])('refuses %s', async (text, complaint) => {
  const file = await fileOf('other.json', text)
  const list = await fileOf('priced.yaml', LIST)
  await expect(run('--list', list, '--report', file)).rejects.toMatchObject({
    name: 'InvalidInput',
    message: expect.stringContaining(complaint),
  })
})

test('reads a report of a later version, which has keys that this one does not know', async () => {
  const report = await reportOf(copied({ ...APP, region: 'us-east-1', bytes: 2e9 }))
  const later = { ...report, bill: {}, pairs: report.pairs.map((pair) => ({ ...pair, octets: 1 })) }
  expect((await documentOf(LIST, later)).measured?.run).toBe('run-1')
})
