// The alert of a run that mirrored nothing, as someone reads it on a phone.
import { expect, test } from 'vitest'
import { refusalAlert } from '../../../../mirror/report/alert/refusal.ts'
import { NOW } from './alerts.ts'

const REFUSED = {
  run: 'run-1',
  execution: 'arn:aws:states:us-east-1:123456789012:execution:mirror:run-1',
  stateMachine: 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror',
  mirror: 'ImageMirror',
  input: { schedule: 'rate(15 minutes)' },
  refused: true,
  error: {
    name: 'InvalidInput',
    message: 's3://lists/images.yaml does not exist: check the bucket and the key',
  },
  schedule: 'rate(15 minutes)',
  news: { kind: 'failed', since: '2026-11-30T01:02:03.000Z' },
  now: NOW,
} as const

test('says what happened, why, since when, and what to do', () => {
  const alert = refusalAlert(REFUSED)
  expect(alert?.subject).toBe('Nothing was mirrored: the run was refused (ImageMirror)')
  expect(alert?.message).toBe(
    [
      'The run was refused.',
      'Nothing was mirrored.',
      'Mirror: ImageMirror',
      'Account: 123456789012',
      'Region: us-east-1',
      'Run: run-1',
      'Since: 2026-11-30 01:02 UTC',
      '',
      'WHY',
      'InvalidInput: s3://lists/images.yaml does not exist: check the bucket and the key',
      'What to do: correct the list or the input',
      '',
      'LOOK',
      'Run: https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/' +
        'arn:aws:states:us-east-1:123456789012:execution:mirror:run-1',
      '',
      'RUN IT AGAIN',
      'aws stepfunctions start-execution' +
        ' --state-machine-arn arn:aws:states:us-east-1:123456789012:stateMachine:mirror --region us-east-1' +
        ` --input '{"schedule":"rate(15 minutes)"}'`,
    ].join('\n'),
  )
  expect(alert?.attributes).toEqual({
    kind: 'failed',
    outcome: 'failed',
    images: '[]',
    targets: '[]',
    schedule: 'rate(15 minutes)',
  })
})

test('says how long it lasts when it is told again', () => {
  const alert = refusalAlert({ ...REFUSED, news: { kind: 'digest', since: '2026-11-27T01:02:03.000Z' } })
  expect(alert?.subject).toBe('Still nothing is mirrored: the run was refused (ImageMirror)')
  expect(alert?.message).toContain('Since: 2026-11-27 01:02 UTC\n  for 3 days\n')
})

test('sends nothing for a dry run, and does for any other input', () => {
  const inputs = [{ dryRun: true }, { dryRun: true, targets: ['nope'] }]
  expect(inputs.map((input) => refusalAlert({ ...REFUSED, input }))).toEqual([undefined, undefined])
  for (const input of [{ dryRun: false }, { dryRun: 'true' }, undefined, null, 'dryRun']) {
    expect(refusalAlert({ ...REFUSED, input }), JSON.stringify(input)).toBeDefined()
  }
})

test('names the error of a Plan that failed otherwise', () => {
  const alert = refusalAlert({
    ...REFUSED,
    refused: false,
    error: { name: 'States.Timeout', message: 'it exceeded its time limit' },
  })
  expect(alert?.subject).toBe('Nothing was mirrored: Plan failed with States.Timeout (ImageMirror)')
  expect(alert?.message).toMatch(/^The run could not be planned\.\n/)
  expect(alert?.message).toContain(
    "States.Timeout: it exceeded its time limit\nWhat to do: read Plan's log, and run it again\n",
  )
})

test('takes a long input from the execution, so that the command stays short', () => {
  const images = Array.from({ length: 1_000 }, (_, index) => `docker.io/library/redis:7.${index}`)
  const message = refusalAlert({ ...REFUSED, input: { images } })?.message ?? ''
  const command = message.split('\n').at(-1) ?? ''
  expect(command).toContain('aws stepfunctions describe-execution --execution-arn arn:aws:states:')
  expect(command).toMatch(/--input file:\/\/\/dev\/stdin$/)
  expect(command.length).toBeLessThan(600)
})

test('takes an unknown input from the execution', () => {
  const { input: _, ...unknown } = REFUSED
  const command = refusalAlert(unknown)?.message.split('\n').at(-1) ?? ''
  expect(command).toContain('aws stepfunctions describe-execution --execution-arn arn:aws:states:')
})

test('says what to do with an input that is too large', () => {
  const error = { name: 'States.DataLimitExceeded', message: 'the input has almost 256 KiB' }
  const alert = refusalAlert({ ...REFUSED, error })
  expect(alert?.message).toMatch(/^The run was refused\.\n/)
  expect(alert?.message).toContain('What to do: store the list in S3, and give its URL as "imagesFrom"')
})

test('sends nothing if there is nothing to tell', () => {
  expect(refusalAlert({ ...REFUSED, news: { kind: undefined, since: NOW.toISOString() } })).toBeUndefined()
})
