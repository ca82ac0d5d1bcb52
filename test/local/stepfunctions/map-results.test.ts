// The files of a Map Run, written while it runs, so that a long list is never in memory.
import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../local/json.ts'
import { identify } from '../../../local/stepfunctions/execution.ts'
import { openResults } from '../../../local/stepfunctions/map-results.ts'
import { ARN, documentsInMemory } from '../machines.ts'

const dates = { startDate: new Date(0), stopDate: new Date(1) }

function results(maxBytes: number, Transformation = 'COMPACT') {
  const documents = documentsInMemory()
  const writer = { WriterConfig: { Transformation, OutputType: 'JSON' } }
  const parameters = { Bucket: 'work', Prefix: 'p' }
  const opened = openResults({ mapRunArn: 'arn', run: 'r', writer, parameters }, documents, maxBytes)
  const child = { identity: identify(ARN, 'child', 'images'), input: null }
  return {
    documents,
    close: opened.close,
    succeed: (output: Json) => opened.add({ ...child, ended: { status: 'SUCCEEDED', output, ...dates } }),
    fail: () => opened.add({ ...child, ended: { status: 'TIMED_OUT', ...dates } }),
  }
}

test('writes each file when it is full, and names all in the manifest', async () => {
  const { documents, close, succeed } = results(20)
  await succeed('a result of 20 bytes')
  expect(documents.keys()).toEqual(['work/p/r/SUCCEEDED_0.json'])
  await succeed('short')
  expect(documents.keys()).toHaveLength(1)
  expect(await close()).toEqual({ Bucket: 'work', Key: 'p/r/manifest.json' })
  expect(documents.json('work/p/r/SUCCEEDED_0.json')).toEqual(['a result of 20 bytes'])
  expect(documents.json('work/p/r/SUCCEEDED_1.json')).toEqual(['short'])
  expect((documents.json('work/p/r/manifest.json') as JsonObject).ResultFiles).toEqual({
    FAILED: [],
    PENDING: [],
    SUCCEEDED: [
      { Key: 'p/r/SUCCEEDED_0.json', Size: 24 },
      { Key: 'p/r/SUCCEEDED_1.json', Size: 9 },
    ],
  })
})

test('writes unsuccessful children to files of their own, with metadata', async () => {
  const { documents, close, fail } = results(1_000_000)
  await fail()
  await close()
  expect(documents.keys()).toEqual(['work/p/r/FAILED_0.json', 'work/p/r/manifest.json'])
  expect(documents.json('work/p/r/FAILED_0.json')).toMatchObject([{ Status: 'TIMED_OUT', Input: 'null' }])
})

test('flattens lists with FLATTEN, and keeps metadata with NONE', async () => {
  const flat = results(1_000_000, 'FLATTEN')
  await flat.succeed([1, 2])
  await flat.succeed(3)
  await flat.close()
  expect(flat.documents.json('work/p/r/SUCCEEDED_0.json')).toEqual([1, 2, 3])
  const whole = results(1_000_000, 'NONE')
  await whole.succeed({ id: 1 })
  await whole.close()
  expect(whole.documents.json('work/p/r/SUCCEEDED_0.json')).toMatchObject([
    { Status: 'SUCCEEDED', Output: '{"id":1}' },
  ])
})
