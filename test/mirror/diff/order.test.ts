// The work order of a build.
import { expect, test } from 'vitest'
import { makeOrder } from '../../../mirror/diff/order.ts'
import { workOrderSchema } from '../../../mirror/documents.ts'
import { regionTarget } from '../../../mirror/target.ts'
import { itemsOf } from '../lists.ts'
import { descriptorOf, digestOf } from '../resolve/sources.ts'

const [item] = itemsOf({
  regions: ['us-east-1', 'eu-west-1'],
  prefix: 'mirror',
  images: [{ source: 'redis', credentials: 'hub' }],
})
if (item === undefined) throw new Error('the list has an image')
const { waves: _, ...image } = item
const run = { name: 'run-1', dryRun: false }
const missing = {
  tags: [{ tag: '1', ...descriptorOf('a') }],
  artifacts: [],
  before: new Map([
    ['1', digestOf('old')],
    ['2', digestOf('b')],
  ]),
}
const NOW = Date.UTC(2026, 10, 30)
const resolved = {
  tags: [...missing.tags, { tag: '2', ...descriptorOf('b') }],
  failed: [{ tag: '3', name: 'SourceNotFound', message: 'no such tag' }],
}

test('names the missing content, the failed tags, and the places to read from, nearest first', () => {
  const [target, readFrom] = [regionTarget('eu-west-1'), [regionTarget('us-east-1')]]
  const order = makeOrder({ run, image, target, readFrom }, missing, resolved, NOW)
  expect(workOrderSchema.parse(order)).toEqual({
    run: 'run-1',
    image: 'redis',
    target,
    repository: 'mirror/redis',
    settings: { credentials: 'hub', repositories: {} },
    tags: missing.tags,
    artifacts: [],
    failed: resolved.failed,
    before: { '1': digestOf('old') },
    ordered: '2026-11-30T00:00:00.000Z',
    wanted: 3,
    readFrom: [
      { target: regionTarget('us-east-1'), repository: 'mirror/redis' },
      { registry: 'docker.io', repository: 'library/redis', credentials: 'hub' },
    ],
  })
})

test('never reads from the target itself', () => {
  const target = regionTarget('us-east-1')
  expect(makeOrder({ run, image, target, readFrom: [target] }, missing, resolved, NOW).readFrom).toHaveLength(
    1,
  )
})
