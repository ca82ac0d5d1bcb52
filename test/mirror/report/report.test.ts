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
/** A report of nothing but pairs. */
const NO_REMARKS = { notices: () => [], pruned: (async function* () {})() }
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

test('reports all resolved tags of a pair in sync', () => {
  const { error: _, ...rest } = ended
  const reported = reportPair({ ...rest, outcome: 'inSync' }, { resolved })
  expect(reported).toMatchObject({ outcome: 'inSync', tags: [{ tag: '7.4', digest: digestOf('a') }] })
  expect(reported).not.toHaveProperty('error')
})

test('reports warnings of successful pairs', () => {
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

test('reads no result for a pair that failed before its build', () => {
  expect(needsResult({ outcome: 'failed' })).toBe(true)
  expect(needsResult({ outcome: 'failed', unbuilt: true })).toBe(false)
})

test('reads the result of every build, and no further documents of a pair in sync without warnings', () => {
  expect([needsResult({ outcome: 'synced' }), needsResult({ outcome: 'inSync' })]).toEqual([true, false])
  expect(needsWarnings({ outcome: 'inSync' })).toBe(false)
})

test("reports the build's log of a failed pair, and only the tags in place", () => {
  expect(reportPair(ended, { resolved, result })).toMatchObject({
    bytes: 9,
    seconds: 3,
    tags: [{ tag: '7.2', digest: digestOf('b'), written: true }],
    error: { ...ended.error, log: 'https://log/of/the/build' },
  })
})

test('reports neither log nor tags without a result', () => {
  expect(reportPair(ended, {})).toMatchObject({ tags: [], error: ended.error })
})

test('keeps the log of an error that has one', () => {
  const conflict = { ...ended, error: { name: 'TagConflict', message: 'immutable', log: 'https://own/log' } }
  expect(reportPair(conflict, { result }).error).toEqual(conflict.error)
})

test('sums the counts image by image', () => {
  const { add, counts } = startTally({ name: 'run-1', dryRun: false })
  add([pair({}), pair({ outcome: 'synced' }), pair({ outcome: 'synced' })])
  add([pair({ outcome: 'inSync' }), pair({ outcome: 'deferred' })])
  expect(counts()).toEqual({ images: 2, pairs: 5, inSync: 1, synced: 2, deferred: 1, failed: 1 })
})

test('counts stale and missing pairs of a dry run', () => {
  const { add, counts } = startTally({ name: 'run-1', dryRun: true })
  add([pair({ outcome: 'stale' }), pair({ outcome: 'missing' })])
  expect(counts()).toMatchObject({ stale: 1, missing: 1, pairs: 2 })
})

test('writes the document image by image, followed by the counts', async () => {
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
  for await (const piece of reportText(run, reported(), { counts: tally.counts, ...NO_REMARKS }))
    text += piece
  const report = reportSchema.parse(JSON.parse(text))
  expect(report).toEqual({ run: 'o"brien', counts: tally.counts(), pairs: images.flat() })
  expect(report.counts).toMatchObject({ images: 3, pairs: 3, failed: 3 })
})
