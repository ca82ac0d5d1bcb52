// Several destinations of one image by the deployed workflow: from a table, and from the input of an execution.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCOUNT } from '../../../local/cloud.ts'
import type { Executed } from '../../../local/executions.ts'
import type { LocalRun } from '../../../local/run.ts'
import { builder } from '../../../local/upstream/builder.ts'
import { plainSample } from '../../../local/upstream/samples.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../../support/faulty-registry.ts'
import { startRun, stateFolder } from '../runs.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
const ecr = (region: string) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`

const stack = new AsyncDisposableStack()
let source: FaultyRegistry
let other: FaultyRegistry
let run: LocalRun

beforeAll(async () => {
  source = stack.use(await startFaultyRegistry())
  other = stack.use(await startFaultyRegistry())
  await source.store.repositories.create('team/app')
  await plainSample('app', ['1', '2'])(builder(source.store, 'team/app'))
  const destinations = [
    `${ecr('us-east-1')}/mirror/app:1`,
    `${ecr('us-east-1')}/mirror/app:latest`,
    `${ecr('eu-west-1')}/mirror/copy:1`,
    `${other.address}/in/app:one`,
  ]
  const item = { Source: `${source.address}/team/app:1`, Destination: destinations.join(', ') }
  const stateDir = await stateFolder(stack, { 'tables.yaml': { mirror: [item] } })
  const list = {
    regions: REGIONS,
    targets: { other: { registry: other.address, namespace: 'in' } },
    allowedRegistries: [source.address],
    allowedRepositories: ['mirror/*'],
    imagesFrom: 'dynamodb:mirror',
  }
  run = await startRun(stack, list, { stateDir })
})
afterAll(() => stack.disposeAsync())

function written({ document }: Pick<Executed, 'document'>): string[] {
  return document.pairs
    .flatMap(({ target, repository, tags = [] }) => tags.map(({ tag }) => `${target} ${repository}:${tag}`))
    .sort()
}

test('an item of a table goes to each of its destinations', async () => {
  expect(run.ended.status).toBe('SUCCEEDED')
  expect(written(run)).toEqual([
    'eu-west-1 mirror/copy:1',
    'other in/app:one',
    'us-east-1 mirror/app:1',
    'us-east-1 mirror/app:latest',
  ])
  const digest = (await source.store.tags.all('team/app')).get('1')
  expect(digest).toBeDefined()
  expect((await other.store.tags.all('in/app')).get('one')).toBe(digest)
})

test('an execution copies an image to four names in each region', async () => {
  const to = ['mirror/app:2', 'mirror/app:newest', 'mirror/second:2', 'mirror/third:2']
  const { ended, document } = await run.execute({ images: [{ source: `${source.address}/team/app:2`, to }] })
  expect(ended.status).toBe('SUCCEEDED')
  expect(written({ document })).toEqual(
    REGIONS.toSorted().flatMap((region) => to.map((name) => `${region} ${name}`)),
  )
  expect(document.counts).toMatchObject({ failed: 0 })
})
