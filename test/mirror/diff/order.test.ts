// What a build is told to do.
import { expect, test } from 'vitest'
import { makeOrder } from '../../../mirror/diff/order.ts'
import { workOrderSchema } from '../../../mirror/documents.ts'
import { itemsOf } from '../lists.ts'
import { descriptorOf } from '../resolve/sources.ts'

const [item] = itemsOf({
  regions: ['us-east-1', 'eu-west-1'],
  prefix: 'mirror',
  images: [{ source: 'redis', credentials: 'hub' }],
})
if (item === undefined) throw new Error('the list has an image')
const { waves: _, ...image } = item
const run = { name: 'run-1', dryRun: false }
const missing = { tags: [{ tag: '1', ...descriptorOf('a') }], artifacts: [] }
const resolved = {
  tags: [...missing.tags, { tag: '2', ...descriptorOf('b') }],
  failed: [{ tag: '3', name: 'SourceNotFound', message: 'no such tag' }],
}

test('an order names what is missing, what failed before, and where to read from, nearest first', () => {
  const target = { region: 'eu-west-1' as const, readFrom: ['us-east-1' as const] }
  const order = makeOrder({ run, image, target }, missing, resolved)
  expect(workOrderSchema.parse(order)).toEqual({
    run: 'run-1',
    image: 'redis',
    target: { region: 'eu-west-1', repository: 'mirror/redis' },
    settings: { credentials: 'hub', repositories: { immutableTags: false, scanOnPush: true, tags: {} } },
    tags: missing.tags,
    artifacts: [],
    failed: resolved.failed,
    wanted: 3,
    readFrom: [
      { region: 'us-east-1', repository: 'mirror/redis' },
      { registry: 'docker.io', repository: 'library/redis', credentials: 'hub' },
    ],
  })
})

test('a region never reads from itself', () => {
  const target = { region: 'us-east-1' as const, readFrom: ['us-east-1' as const] }
  expect(makeOrder({ run, image, target }, missing, resolved).readFrom).toHaveLength(1)
})
