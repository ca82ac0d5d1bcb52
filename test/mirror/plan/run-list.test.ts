// The valid inputs of an execution, and the list that each runs.
import { expect, test } from 'vitest'
import { storedPush } from '../../../mirror/plan/pushed.ts'
import { listOfPush, listOfRun, pairsOfRun, parseInput } from '../../../mirror/plan/run-list.ts'
import { settlePushes } from '../../../mirror/plan/settle-pushes.ts'
import { listOf } from '../lists.ts'

const configured = listOf({
  regions: ['us-east-1', 'eu-west-1'],
  prefix: 'mirror',
  images: ['redis'],
  push: { repositories: ['team/*'] },
})
const push = {
  account: '123456789012',
  region: 'us-east-1' as const,
  repository: 'team/app',
  tag: '1.0',
  digest: `sha256:${'a'.repeat(64)}`,
}

/** The objects in S3. */
function bucketOf(texts: Record<string, string>) {
  return async (url: string) => texts[url] ?? Promise.reject(new Error(`${url} was not expected`))
}

async function runOf(input: unknown, texts: Record<string, string> = {}) {
  const access = { fetchText: bucketOf(texts), readWhole: async () => ({ list: configured }) }
  return listOfRun(parseInput(input), { list: configured }, access)
}

test('an empty input, or a schedule, is about the configured list', async () => {
  expect(await runOf({})).toEqual({ list: configured, custom: false })
  expect(await runOf({ schedule: 'rate(1 day)' })).toEqual({ list: configured, custom: false })
})

test('images in the input are a list of their own, with the rest as configured', async () => {
  const { list, custom } = await runOf({ images: ['quay.io/a/b'] })
  expect(custom).toBe(true)
  expect(list).toMatchObject({
    images: ['quay.io/a/b'],
    prefix: 'mirror',
    regions: ['us-east-1', 'eu-west-1'],
  })
})

test('a list in S3 may be YAML', async () => {
  const { list, custom } = await runOf(
    { imagesFrom: 's3://bucket/l.yaml' },
    { 's3://bucket/l.yaml': '- quay.io/a/b' },
  )
  expect([list?.images, custom]).toEqual([['quay.io/a/b'], true])
})

test('a push is a list of one image', async () => {
  const note = async () => settlePushes([], storedPush(push, 0))
  const { list, custom, pushed } = await listOfPush(push, { list: configured }, note)
  expect([list?.images.length, custom, pushed]).toEqual([1, true, { ifMoved: 'skip' }])
})

test('with several regions, the winning push is copied', async () => {
  const from = ['us-east-1' as const, 'eu-west-1' as const]
  const deployed = { list: { ...configured, push: { repositories: ['team/*'], from } } }
  const winner = {
    region: 'eu-west-1',
    digest: `sha256:${'b'.repeat(64)}`,
    time: '2026-01-01T00:00:00Z',
  } as const
  const settled = { winner, superseded: [push.digest], several: true, arrived: false, returns: 0 }
  const { list, pushed } = await listOfPush(push, deployed, async () => settled)
  expect(list?.images).toMatchObject([
    {
      source: expect.stringContaining(`eu-west-1.amazonaws.com/team/app:1.0@${winner.digest}`),
      regions: from,
    },
  ])
  expect(pushed).toEqual({ ifMoved: 'restore', keepNewer: { than: winner.time, but: [push.digest] } })
  const copy = await listOfPush(push, deployed, async () => ({ ...settled, arrived: true }))
  expect(copy.list).toBeUndefined()
})

test('the pairs of a rerun may be in the input or in S3', async () => {
  const only = [{ image: 'redis', region: 'us-east-1' as const }]
  const inS3 = bucketOf({ 's3://bucket/rerun.json': JSON.stringify(only) })
  expect(await pairsOfRun({}, inS3)).toBeUndefined()
  expect(await pairsOfRun({ only }, inS3)).toEqual(only)
  expect(await pairsOfRun({ only: 's3://bucket/rerun.json' }, inS3)).toEqual(only)
})

test.each([
  ['text', 'hello', 'the document must be a mapping with the keys push, schedule, due, images'],
  ['a misspelt key', { imges: ['redis'] }, 'unknown key "imges"; did you mean "images"?'],
  [
    'a misspelt key in a push',
    { push: { ...push, tags: 'x' } },
    'unknown key "tags" in push; did you mean "tag"?',
  ],
  ['two triggers', { push, images: ['redis'] }, '"images" and "push" exclude each other'],
  [
    'a schedule and a list',
    { schedule: 'rate(1 day)', images: ['redis'] },
    '"images" and "schedule" exclude each other',
  ],
  [
    'an unknown region',
    { regions: ['us-east1'] },
    'regions[0]: "us-east1" is not a region; did you mean "us-east-1"?',
  ],
  ['a region of a pair', { only: [{ image: 'redis', region: 'x' }] }, 'only[0].region: "x" is not a region'],
  [
    'a URL that is none',
    { imagesFrom: 'https://x' },
    'imagesFrom: "https://x" must be s3://, the name of a bucket',
  ],
  [
    'a reference that is none',
    { images: ['Redis'], dryRn: true },
    'images[0]: "Redis" is not an image reference',
  ],
  [
    'a digest that is none',
    { push: { ...push, digest: 'sha256:1' } },
    'push.digest: "sha256:1" must be sha256:',
  ],
])('fails for %s', async (_, input, complaint) => {
  const refused = await runOf(input).catch((error: unknown) => error)
  expect(refused).toMatchObject({ name: 'InvalidInput' })
  expect(String(refused)).toContain(`the execution's input: ${complaint}`)
})

test('fails for a list in S3 that is none, with its URL', async () => {
  const run = runOf({ imagesFrom: 's3://bucket/l.yaml' }, { 's3://bucket/l.yaml': 'images:\n  - Redis' })
  await expect(run).rejects.toThrow('s3://bucket/l.yaml:2: images[0]: "Redis"')
})
