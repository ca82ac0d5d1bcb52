// Makes image items from a list. Every pair of any list is planned exactly once.
import { expect, test } from 'vitest'
import { imageItemSchema } from '../../../mirror/contract.ts'
import { REGIONS } from '../../../mirror/list/regions.ts'
import { planItems } from '../../../mirror/plan/plan.ts'
import { regionTarget } from '../../../mirror/target.ts'
import { itemsOf, listOf } from '../lists.ts'
import { random } from './random.ts'

const HOME = regionTarget('us-east-1')
const AWAY = regionTarget('eu-west-1')

test('an item says all that its child execution needs', () => {
  const [item] = itemsOf({
    regions: ['us-east-1', 'eu-west-1'],
    prefix: 'mirror',
    defaults: { credentials: 'hub' },
    images: ['docker.io/library/redis:7.4'],
  })
  expect(item).toEqual({
    id: '00001-redis',
    image: 'docker.io/library/redis:7.4',
    source: { registry: 'docker.io', repository: 'library/redis' },
    select: { include: ['7.4'], exclude: [] },
    repository: 'mirror/redis',
    settings: { credentials: 'hub', repositories: {} },
    waves: [
      { targets: [HOME], readFrom: [] },
      { targets: [AWAY], readFrom: [HOME] },
    ],
  })
})

test('an image keeps its id when a run is narrowed', () => {
  const list = listOf({ regions: ['us-east-1'], images: ['redis', 'nginx', 'busybox'] })
  const items = planItems({ list, file: 'input', only: [{ image: 'nginx', region: 'us-east-1' }] })
  expect(items.map(({ id }) => id)).toEqual(['00002-nginx'])
})

test('other registries read from the home region, and never from themselves', () => {
  const targets = {
    harbor: { registry: 'harbor.example.com', namespace: 'mirror' },
    hub: { registry: '127.0.0.1:5000' },
  }
  const list = listOf({
    regions: ['us-east-1', 'eu-west-1'],
    targets,
    images: [
      { source: 'redis', targets: ['regions', 'harbor'] },
      { source: 'harbor.example.com/mirror/app', repository: 'app', targets: ['harbor', 'hub'] },
    ],
  })
  const ids = planItems({ list, file: 'input' }).map(({ waves }) =>
    waves.map(({ targets, readFrom }) => [targets.map(({ id }) => id), readFrom.map(({ id }) => id)]),
  )
  expect(ids).toEqual([
    [
      [['us-east-1'], []],
      [['eu-west-1', 'harbor'], ['us-east-1']],
    ],
    [[['hub'], []]],
  ])
})

const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com'

test('an image of our own ECR is not copied onto itself', () => {
  const list = listOf({ regions: ['us-east-1', 'eu-west-1'], images: [`${ECR}/team/app:1`] })
  const [item] = planItems({ list, file: 'input', account: '123456789012' })
  expect(item?.waves).toEqual([{ targets: [AWAY], readFrom: [] }])
})

test.each([
  ['in the account of another', ECR, '999999999999'],
  ['under another name', ECR, '123456789012'],
])('an image of ECR %s is copied to all regions', (what, host, account) => {
  const own = what === 'under another name' ? { repository: 'copy/app' } : {}
  const list = listOf({ regions: ['us-east-1'], images: [{ source: `${host}/team/app:1`, ...own }] })
  expect(planItems({ list, file: 'input', account })).toHaveLength(1)
})

test('an image that is in its only target already is not planned', () => {
  const list = listOf({ regions: ['us-east-1'], images: [`${ECR}/team/app:1`, 'redis'] })
  expect(planItems({ list, file: 'input', account: '123456789012' }).map(({ id }) => id)).toEqual([
    '00002-redis',
  ])
})

test('a push is skipped when its tag has moved on', () => {
  const list = listOf({ regions: ['us-east-1'], images: [`redis:7@sha256:${'a'.repeat(64)}`] })
  const [item] = planItems({ list, file: 'input', pushed: { ifMoved: 'skip' } })
  expect(item?.select).toMatchObject({ include: ['7'], ifMoved: 'skip' })
})

test.each(Array.from({ length: 30 }, (_, seed) => [seed]))(
  'every pair is planned once, and reads only from waves before its own (seed %i)',
  (seed) => {
    const { pick, some } = random(seed)
    const regions = some(
      REGIONS.filter((region) => /^(us|eu|ap)-/.test(region) && !region.startsWith('us-gov')),
    )
    const images = Array.from({ length: 1 + pick(20) }, (_, index) => ({
      source: `quay.io/team/app${index}:${pick(3)}`,
      regions: some(regions),
    }))
    const home = regions[pick(regions.length)] ?? 'us-east-1'
    const items = planItems({ list: listOf({ regions, home, images }), file: 'input' })
    expect(items.map((item) => imageItemSchema.parse(item).image)).toEqual(images.map(({ source }) => source))
    for (const [index, item] of items.entries()) {
      const done: string[] = []
      for (const { targets, readFrom } of item.waves) {
        expect(done).toEqual(expect.arrayContaining(readFrom.map(({ id }) => id)))
        done.push(...targets.map(({ id }) => id))
      }
      expect(done.toSorted()).toEqual(images[index]?.regions.toSorted())
    }
  },
)

test('refuses a target that is the own account', () => {
  const targets = { prod: { account: '123456789012', regions: ['us-east-1' as const] } }
  const list = listOf({ targets, images: [{ source: 'redis', targets: ['prod'] }] })
  expect(() => planItems({ list, file: 'input', account: '123456789012' })).toThrow(
    'targets.prod.account: "123456789012" is the mirror\'s own account; name its regions in "regions"',
  )
  expect(planItems({ list, file: 'input', account: '999999999999' })).toHaveLength(1)
})
