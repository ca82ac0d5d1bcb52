// What `regions` and `only` leave of a list.
import { expect, test } from 'vitest'
import { readEntry } from '../../../mirror/list/entry.ts'
import { narrow } from '../../../mirror/plan/narrow.ts'
import { listOf } from '../lists.ts'

const list = listOf({
  regions: ['us-east-1', 'eu-west-1'],
  images: [
    'redis:7.4',
    { source: 'nginx', regions: ['eu-west-1'] },
    { source: 'redis:7.4', repository: 'x/redis' },
  ],
})
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

test('both narrow together', () => {
  const only = [{ image: 'nginx', region: 'eu-west-1' as const }]
  expect(narrow(entries, { only, regions: ['us-east-1'] }, 'input')).toEqual([[], [], []])
})

test('a schedule narrows to the images that have it', () => {
  const hourly = readEntry({ source: 'alpine', schedule: 'rate(1 hour)' }, list)
  const all = [...entries, hourly]
  expect(narrow(all, { schedule: 'rate(1 hour)' }, 'input')).toEqual([[], [], [], hourly.regions])
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
      'the execution\'s input: only[1]: "nginx" does not go to "us-east-1"; its regions are eu-west-1',
    ].join('\n'),
  )
})
