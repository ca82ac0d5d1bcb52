// The report of a run.
import { expect, test } from 'vitest'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { reportSchema, type SyncResult } from '../../../mirror/documents.ts'
import type { PairOutcome } from '../../../mirror/report/outcomes.ts'
import {
  needsResult,
  needsWarnings,
  reportPair,
  reportText,
  startTally,
} from '../../../mirror/report/report.ts'
import { regionTarget } from '../../../mirror/target.ts'
import { descriptorOf, digestOf } from '../resolve/sources.ts'
import { pair } from './reports.ts'

const ended: PairOutcome = {
  id: '00001-redis',
  image: 'redis',
  target: regionTarget('us-east-1'),
  repository: 'redis',
  outcome: 'failed',
  bytes: 0,
  seconds: 0,
  error: { name: StatesErrorName.TaskFailed, message: 'the build broke' },
}
const resolved = { image: 'redis', tags: [{ tag: '7.4', ...descriptorOf('a') }], artifacts: [] }
const result: SyncResult = {
  outcome: {
    status: 'failed',
    bytes: 9,
    seconds: 3,
    blobs: { copied: 1, mounted: 0, present: 0 },
    warnings: 0,
    error: { name: 'RegistryUnavailable', message: 'docker.io does not answer' },
  },
  log: 'https://log/of/the/build',
  tags: [
    { tag: '7.2', digest: digestOf('b'), status: 'copied', bytes: 9, seconds: 3 },
    { tag: '7.4', digest: digestOf('a'), status: 'failed', bytes: 0, seconds: 0 },
  ],
  warnings: [],
  requests: {},
}

test('a pair that is in sync has all resolved tags', () => {
  const { error: _, ...rest } = ended
  const reported = reportPair({ ...rest, outcome: 'inSync' }, { resolved })
  expect(reported).toMatchObject({ outcome: 'inSync', tags: [{ tag: '7.4', digest: digestOf('a') }] })
  expect(reported).not.toHaveProperty('error')
})

test('what a target refuses is told of pairs that are well', () => {
  const { error: _, ...well } = ended
  const warned = { ...result, outcome: { ...result.outcome, warnings: 1 }, warnings: ['no signature'] }
  const synced = { ...well, outcome: 'synced', warnings: 1 } as const
  const inSync = { ...well, outcome: 'inSync', warnings: 1 } as const
  expect([needsResult(synced), needsWarnings(synced)]).toEqual([true, false])
  expect([needsResult(inSync), needsWarnings(inSync)]).toEqual([false, true])
  expect(reportPair(synced, { resolved, result: warned })).toMatchObject({
    tags: [{ tag: '7.4' }],
    warnings: ['no signature'],
  })
  expect(reportPair(inSync, { resolved, warnings: ['no SBOM'] })).toMatchObject({ warnings: ['no SBOM'] })
})

test('a pair that failed before its build has no result that could be read', () => {
  expect(needsResult({ outcome: 'failed' })).toBe(true)
  expect(needsResult({ outcome: 'failed', unbuilt: true })).toBe(false)
})

test('without warnings there is nothing more to be read of a pair that is well', () => {
  expect([needsResult({ outcome: 'synced' }), needsWarnings({ outcome: 'inSync' })]).toEqual([false, false])
})

test('a failed pair has the log of its build, and only the tags that are there count', () => {
  expect(reportPair(ended, { resolved, result })).toMatchObject({
    bytes: 9,
    seconds: 3,
    tags: [{ tag: '7.2', digest: digestOf('b') }],
    error: { ...ended.error, log: 'https://log/of/the/build' },
  })
})

test('without a result, the error has no log and no tags are there', () => {
  expect(reportPair(ended, {})).toMatchObject({ tags: [], error: ended.error })
})

test('an error that has a log of its own keeps it', () => {
  const conflict = { ...ended, error: { name: 'TagConflict', message: 'immutable', log: 'https://own/log' } }
  expect(reportPair(conflict, { result }).error).toEqual(conflict.error)
})

test('counts add up, image by image', () => {
  const { add, counts } = startTally({ name: 'run-1', dryRun: false })
  add([pair({}), pair({ outcome: 'synced' }), pair({ outcome: 'synced' })])
  add([pair({ outcome: 'inSync' }), pair({ outcome: 'deferred' })])
  expect(counts()).toEqual({ images: 2, pairs: 5, inSync: 1, synced: 2, deferred: 1, failed: 1 })
})

test('a dry run counts what is stale, and what is missing', () => {
  const { add, counts } = startTally({ name: 'run-1', dryRun: true })
  add([pair({ outcome: 'stale' }), pair({ outcome: 'missing' })])
  expect(counts()).toMatchObject({ stale: 1, missing: 1, pairs: 2 })
})

test('the document is written image by image, with the counts that are known by then', async () => {
  const run = { name: 'o"brien', dryRun: false }
  const tally = startTally(run)
  const images = [[pair({}), pair({ region: 'eu-west-1' })], [], [pair({ image: 'nginx' })]]
  async function* reported() {
    for (const pairs of images) {
      tally.add(pairs)
      yield pairs
    }
  }
  let text = ''
  for await (const piece of reportText(run, reported(), tally.counts)) text += piece
  const report = reportSchema.parse(JSON.parse(text))
  expect(report).toEqual({ run: 'o"brien', counts: tally.counts(), pairs: images.flat() })
  expect(report.counts).toMatchObject({ images: 3, pairs: 3, failed: 3 })
})
