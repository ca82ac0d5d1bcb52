// Narrows a list by `regions` and `only`.
import { expect, test } from 'vitest'
import { readEntry } from '../../../mirror/list/entry.ts'
import { narrow as narrowEntries, pairProblems } from '../../../mirror/plan/narrow.ts'
import { listOf } from '../lists.ts'

const list = listOf({
  regions: ['us-east-1', 'eu-west-1'],
  images: [
    'redis:7.4',
    { source: 'nginx', regions: ['eu-west-1'] },
    { source: 'redis:7.4', repository: 'x/redis' },
  ],
})
/** The ids of each entry's targets. */
function narrow(...[some, narrowing, file]: Parameters<typeof narrowEntries>): string[][] {
  return narrowEntries(some, narrowing, file).map((targets) => targets.map(({ id }) => id))
}

const entries = list.images.map((entry) => readEntry(entry, list))

test('nothing narrows nothing', () => {
  expect(narrow(entries, {}, 'input')).toEqual([
    ['us-east-1', 'eu-west-1'],
    ['eu-west-1'],
    ['us-east-1', 'eu-west-1'],
  ])
})

test('regions narrow every image', () => {
  expect(narrow(entries, { regions: ['us-east-1'] }, 'input')).toEqual([['us-east-1'], [], ['us-east-1']])
})

test('pairs narrow to themselves, for every entry of that name', () => {
  const only = [{ image: 'redis:7.4', region: 'eu-west-1' as const }]
  expect(narrow(entries, { only }, 'input')).toEqual([['eu-west-1'], [], ['eu-west-1']])
})

test.each([
  ['by its target', { target: 'eu-west-1' }],
  ['by its region', { region: 'eu-west-1' as const }],
  ['by both, which say the same', { target: 'eu-west-1', region: 'eu-west-1' as const }],
])('a pair may be named %s', (_, where) => {
  expect(narrow(entries, { only: [{ image: 'nginx', ...where }] }, 'input')).toEqual([[], ['eu-west-1'], []])
})

test.each([
  ['no target', {}, '"nginx" needs a "target"; its targets are eu-west-1'],
  [
    'two',
    { target: 'eu-west-1', region: 'us-east-1' as const },
    '"nginx" has the target "eu-west-1" and the region "us-east-1", where one is meant',
  ],
  [
    'one that there is not',
    { target: 'harbor' },
    '"nginx" does not go to "harbor"; its targets are eu-west-1',
  ],
])('fails for a pair with %s', (_, where, complaint) => {
  expect(() => narrow(entries, { only: [{ image: 'nginx', ...where }] }, 'input')).toThrow(
    `only[0]: ${complaint}`,
  )
})

test('both narrow together', () => {
  const only = [{ image: 'nginx', region: 'eu-west-1' as const }]
  expect(narrow(entries, { only, regions: ['us-east-1'] }, 'input')).toEqual([[], [], []])
})

test('a schedule narrows to the images that have it', () => {
  const hourly = readEntry({ source: 'alpine', schedule: 'rate(1 hour)' }, list)
  const all = [...entries, hourly]
  expect(narrow(all, { schedule: 'rate(1 hour)' }, 'input')).toEqual([[], [], [], ['us-east-1', 'eu-west-1']])
  const daily = narrow(all, { schedule: 'rate(1 day)', regions: ['eu-west-1'] }, 'input')
  expect(daily).toEqual([['eu-west-1'], ['eu-west-1'], ['eu-west-1'], []])
})

test('fails for a schedule that no image has', () => {
  expect(() => narrow(entries, { schedule: 'rate(2 days)' }, 'input')).toThrow(
    'input: schedule: no image has "rate(2 days)"; the schedules are rate(1 day)',
  )
})

test('fails for what is not in the list, all at once', () => {
  const only = [
    { image: 'redis:7.3', region: 'us-east-1' as const },
    { image: 'nginx', region: 'us-east-1' as const },
  ]
  const run = () => narrow(entries, { only, regions: ['us-west-2'] }, "the execution's input")
  expect(run).toThrow(
    [
      'the execution\'s input: regions[0]: no image goes to "us-west-2"; the regions are us-east-1, eu-west-1',
      'the execution\'s input: only[0]: "redis:7.3" is not in the list; did you mean "redis:7.4"?',
      'the execution\'s input: only[1]: "nginx" does not go to "us-east-1"; its targets are eu-west-1',
    ].join('\n'),
  )
})

test('suggests the image that a part of its reference names', () => {
  const { images } = listOf({ images: ['docker.io/library/redis:7.4', 'quay.io/team/app:1'] })
  const read = images.map((image) => readEntry(image, list))
  const only = ['redis', 'team/app', 'edis'].map((image) => ({ image, target: 'us-east-1' }))
  expect(pairProblems(read, only)).toEqual([
    '"redis" is not in the list; did you mean "docker.io/library/redis:7.4"?',
    '"team/app" is not in the list; did you mean "quay.io/team/app:1"?',
    '"edis" is not in the list',
  ])
  expect(pairProblems(entries, [{ image: 'nginx', target: 'eu-west-1' }])).toEqual([undefined])
})

test('regions leave out all other targets, pairs name them by their id', () => {
  const other = listOf({
    regions: ['us-east-1'],
    targets: { harbor: { registry: 'harbor.example.com' } },
    images: [{ source: 'redis', targets: ['regions', 'harbor'] }],
  })
  const read = other.images.map((entry) => readEntry(entry, other))
  expect(narrow(read, {}, 'input')).toEqual([['us-east-1', 'harbor']])
  expect(narrow(read, { regions: ['us-east-1'] }, 'input')).toEqual([['us-east-1']])
  expect(narrow(read, { only: [{ image: 'redis', target: 'harbor' }] }, 'input')).toEqual([['harbor']])
  expect(() => narrow(read, { regions: ['eu-west-1'] }, 'input')).toThrow('the regions are us-east-1')
})

test('targets narrow by id and by name, next to regions', () => {
  const other = listOf({
    regions: ['us-east-1', 'eu-west-1'],
    targets: {
      harbor: { registry: 'harbor.example.com' },
      prod: { account: '210987654321', regions: ['us-east-1', 'eu-west-1'] },
    },
    images: [{ source: 'redis', targets: ['regions', 'harbor', 'prod'] }],
  })
  const read = other.images.map((entry) => readEntry(entry, other))
  expect(narrow(read, { targets: ['prod'] }, 'input')).toEqual([['prod/us-east-1', 'prod/eu-west-1']])
  expect(narrow(read, { targets: ['prod/eu-west-1', 'us-east-1'] }, 'input')).toEqual([
    ['us-east-1', 'prod/eu-west-1'],
  ])
  expect(narrow(read, { targets: ['regions'] }, 'input')).toEqual([['us-east-1', 'eu-west-1']])
  expect(narrow(read, { targets: ['harbor'], regions: ['eu-west-1'] }, 'input')).toEqual([
    ['eu-west-1', 'harbor'],
  ])
  expect(() => narrow(read, { targets: ['harbour'] }, 'input')).toThrow(
    'targets[0]: no image goes to "harbour"; did you mean "harbor"?; the targets are us-east-1, eu-west-1, harbor, prod/us-east-1, prod/eu-west-1',
  )
})
