// Parses the Map's results in AWS's format.
import { expect, test } from 'vitest'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { endOfSucceeded, endOfUnfinished, manifestSchema } from '../../../mirror/report/map-results.ts'

const metadata = {
  ExecutionArn: 'arn:aws:states:us-east-1:123456789012:execution:mirror/images:0b1c',
  Input: JSON.stringify({ run: { name: 'run-1', dryRun: false }, image: { id: '00001-redis' } }),
  InputDetails: { Included: true },
  Name: '0b1c',
  StartDate: '2026-11-21T09:00:00.000Z',
  StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror/images',
  Status: 'FAILED',
  StopDate: '2026-11-21T09:00:01.000Z',
}

test('reads the names of the result files from a manifest', () => {
  const manifest = {
    DestinationBucket: 'work',
    MapRunArn: 'arn:aws:states:us-east-1:123456789012:mapRun:mirror/images:0b1c',
    ResultFiles: {
      FAILED: [],
      PENDING: [],
      SUCCEEDED: [{ Key: 'runs/r/results/0b1c/SUCCEEDED_0.json', Size: 5 }],
    },
  }
  expect(manifestSchema.parse(manifest).ResultFiles.SUCCEEDED).toHaveLength(1)
  expect(manifestSchema.parse({ DestinationBucket: 'work', ResultFiles: {} }).ResultFiles.FAILED).toEqual([])
})

test('reads the output of a successful child execution', () => {
  const end = { id: '00001-redis', waves: [[{ target: 'us-east-1', outcome: 'inSync' }]] }
  expect(endOfSucceeded(end)).toEqual(end)
  expect(endOfSucceeded({ waves: [] })).toBeUndefined()
})

test.each([
  [
    'failed',
    { Error: StatesErrorName.DataLimitExceeded, Cause: 'too large' },
    StatesErrorName.DataLimitExceeded,
    'too large',
  ],
  ['timed out', { Status: 'TIMED_OUT' }, 'OutcomeMissing', 'its child execution ended TIMED_OUT'],
  ['was aborted', { Status: 'ABORTED' }, 'OutcomeMissing', 'its child execution ended ABORTED'],
])('gives the error of a child execution that %s to all of its pairs', (_, part, name, cause) => {
  expect(endOfUnfinished({ ...metadata, ...part })).toEqual({
    id: '00001-redis',
    caught: { Error: name, Cause: cause },
  })
})

test('identifies a child execution that never started by its input', () => {
  const { Input, InputDetails } = metadata
  expect(endOfUnfinished({ Input, InputDetails, Status: 'PENDING' })?.id).toBe('00001-redis')
})

test.each([[null], ['text'], [{}], [{ Input: 'no JSON' }], [{ Input: '{}' }]])(
  'a result that is none of these is no end: %j',
  (result) => {
    expect(endOfUnfinished(result)).toBeUndefined()
  },
)
