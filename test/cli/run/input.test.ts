// Names that a run of the list would refuse are refused before anything starts.
import { expect, test } from 'vitest'
import { checkNames } from '../../../cli/run/input.ts'
import type { List } from '../../../mirror/list/config.ts'
import { listOf } from '../../mirror/lists.ts'

const list = listOf({
  regions: ['us-east-1'],
  targets: { harbor: { registry: 'harbor.example.com' } },
  images: [{ source: 'redis:7.4', targets: ['regions', 'harbor'] }],
})
const TARGETS = 'the targets are us-east-1, harbor'

test.each([
  [{ targets: ['harbor'] }, { targets: ['harbor'] }],
  [{ targets: ['regions'], only: [{ image: 'redis:7.4', target: 'harbor' }] }, { input: 'in.json' }],
  [{}, {}],
])('accepts %j', (input, options) => {
  expect(() => checkNames(input, list, options)).not.toThrow()
})

test('names the flag, and the name that was meant', () => {
  const targets = ['harbour', 'harbor', 'nope']
  expect(() => checkNames({ targets }, list, { targets })).toThrow(
    `--targets: no image goes to "harbour"; did you mean "harbor"?; ${TARGETS}\n` +
      `--targets: no image goes to "nope"; ${TARGETS}`,
  )
})

test.each([
  [{ targets: ['nope'] }, `in.json: targets[0]: no image goes to "nope"; ${TARGETS}`],
  [
    { regions: ['eu-west-1'] },
    'in.json: regions[0]: no image goes to "eu-west-1"; the regions are us-east-1',
  ],
  [
    { only: [{ image: 'redis:7.3', target: 'harbor' }] },
    'in.json: only[0]: "redis:7.3" is not in the list; did you mean "redis:7.4"?',
  ],
  [{ schedule: 'rate(2 days)' }, 'in.json: schedule: no image has "rate(2 days)"'],
])('names the file, and the place in it: %j', (input, words) => {
  expect(() => checkNames(input, list, { input: 'in.json' })).toThrow(words)
})

const elsewhere: List = { ...list, imagesFrom: ['s3://lists/more.yaml'] }
const namespace = listOf({
  regions: ['us-east-1'],
  images: ['123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/*'],
})
const app = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app'

test.each([
  ['images elsewhere', { targets: ['nope'] }, elsewhere],
  ["the input's images", { images: ['nginx'], targets: ['nope'] }, list],
  ['a list in S3', { imagesFrom: 's3://lists/b.yaml', only: [{ image: 'nginx', target: 'nope' }] }, list],
  ['pairs in S3', { only: 's3://work/runs/a/rerun.json' }, list],
  ['repositories of a namespace', { only: [{ image: app, target: 'us-east-1' }] }, namespace],
  ['an input with other mistakes', { image: 'redis', targets: ['nope'] }, list],
  ['an input that is no object', 'nope', list],
])('leaves %s to the run', (_, input, given) => {
  expect(() => checkNames(input, given, {})).not.toThrow()
})

test('checks the targets of a list with a namespace', () => {
  expect(() => checkNames({}, namespace, {})).not.toThrow()
  expect(() => checkNames({ targets: ['nope'] }, namespace, { targets: ['nope'] })).toThrow(
    '--targets: no image',
  )
})
