// Lists that mirror to other targets only.
import { expect, test } from 'vitest'
import { customList, parseList } from '../../../../mirror/list/parse-list.ts'
import { planItems } from '../../../../mirror/plan/plan.ts'

const TARGETS = {
  harbor: { registry: 'harbor.example.com', namespace: 'mirror' },
  hub: { registry: 'docker.io', namespace: 'example', public: true },
  prod: { account: '210987654321', regions: ['eu-west-1'], role: 'arn:aws:iam::210987654321:role/mirror' },
}

const parse = (list: object) => parseList(JSON.stringify(list), 'list.json')

function problemsOf(list: object): string[] {
  try {
    parse(list)
    return []
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace(/^list\.json(?::\d+)?: /, ''))
  }
}

const NO_REGIONS =
  'missing key "regions": it must be a list, such as [us-east-1]; for images that go to other places only, add "targets"'

test('regions are optional if every image goes to other targets', () => {
  const list = parse({ targets: TARGETS, defaults: { targets: ['hub', 'harbor'] }, images: ['redis:7'] })
  expect(list.regions).toEqual([])
  const [item] = planItems({ list, file: 'list' })
  const drawn = item?.waves.map((wave) =>
    [wave.targets, wave.readFrom].map((some) => some.map(({ id }) => id)),
  )
  expect(drawn).toEqual([
    [['harbor'], []],
    [['hub'], ['harbor']],
  ])
})

test('a home without regions only says where the stack runs', () => {
  const list = parse({
    home: 'eu-west-1',
    targets: TARGETS,
    images: [{ source: 'redis', targets: ['harbor'] }],
  })
  expect(list.home).toBe('eu-west-1')
  expect(planItems({ list, file: 'list' })[0]?.waves).toHaveLength(1)
})

test.each([
  ['no targets either', { images: ['redis'] }, NO_REGIONS],
  ['no targets in a mapping', { targets: {}, images: ['redis'] }, NO_REGIONS],
  [
    'an image that goes there by default',
    { targets: TARGETS, images: [{ source: 'nginx', targets: ['hub'] }, 'redis'] },
    'missing key "regions", to which images[1] goes by default; add it, or send images to other targets with "defaults: {targets: [harbor, hub, prod]}"',
  ],
  [
    'an image that names them',
    { targets: TARGETS, images: [{ source: 'redis', targets: ['harbor', 'regions'] }] },
    'images[0].targets has "regions", but the list has no "regions"; add them, or name only targets of the list (harbor, hub, prod)',
  ],
  [
    'pushes that go there by default',
    {
      home: 'eu-west-1',
      targets: TARGETS,
      images: [{ source: 'redis', targets: ['hub'] }],
      push: { repositories: ['team/*'] },
    },
    'push.to: pushes go to "regions", but the list has no regions; set "to", such as [harbor, hub, prod]',
  ],
])('refuses %s without regions', (_, list, problem) => {
  expect(problemsOf(list)).toEqual([problem])
})

test('reports missing regions together with other mistakes', () => {
  expect(problemsOf({ images: ['redis'], scheduel: 'off' })).toEqual([
    expect.stringContaining('unknown key "scheduel"'),
    NO_REGIONS,
  ])
})

test('the list of an execution keeps to the targets of a list without regions', () => {
  const deployed = { list: parse({ targets: TARGETS, defaults: { targets: ['harbor'] }, images: ['redis'] }) }
  const list = customList(['docker.io/library/nginx:1'], 'input', deployed)
  expect(planItems({ list, file: 'input' })[0]?.waves.flatMap(({ targets }) => targets)).toMatchObject([
    { id: 'harbor', repository: 'mirror/nginx' },
  ])
  expect(() => customList([{ source: 'nginx', regions: ['eu-west-1'] }], 'input', deployed)).toThrow(
    '"eu-west-1" is not among the list',
  )
})
