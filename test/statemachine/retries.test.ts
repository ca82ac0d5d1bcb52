// The retry policies in the definition match their arithmetic.
import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions'
import { expect, test } from 'vitest'
import * as retries from '../../statemachine/retries.ts'
import { allStates, definition } from './definition.ts'
import { longestWait } from './worst-case.ts'

const POLICIES = Object.entries(retries).filter(
  (entry): entry is [string, RetryProps] => !Array.isArray(entry[1]),
)
const MINUTE = 60
const HOUR = 60 * MINUTE

test.each([
  ['LAMBDA_FAULTS', 2 * MINUTE + 2],
  ['FUNCTION_LOST', 30],
  ['NETWORK_NOT_READY', 13 * MINUTE + 30],
  ['RATE_LIMITED', 5 * HOUR + 3 * MINUTE],
  ['BUILD_QUEUE_FULL', 4 * HOUR + 3 * MINUTE],
  ['BUILD_NOT_STARTED', 11 * MINUTE + 40],
  ['BUILD_FAILED', 5 * MINUTE],
  ['ALERT_NOT_SENT', 2 * MINUTE + 2],
])('%s waits at most %d seconds', (name, seconds) => {
  const policy = Object.fromEntries(POLICIES)[name]
  expect(
    longestWait({
      ErrorEquals: policy?.errors ?? [],
      IntervalSeconds: policy?.interval?.toSeconds() ?? Number.NaN,
      BackoffRate: policy?.backoffRate ?? Number.NaN,
      MaxDelaySeconds: policy?.maxDelay?.toSeconds() ?? Number.POSITIVE_INFINITY,
      MaxAttempts: policy?.maxAttempts ?? Number.NaN,
    }),
  ).toBeCloseTo(seconds, 0)
})

test('all policies have jitter, so that simultaneous failures do not retry together', () => {
  expect(POLICIES.filter(([, { jitterStrategy }]) => jitterStrategy !== 'FULL')).toEqual([])
})

test('the workflow uses only these policies', () => {
  const named = POLICIES.map(([, { errors }]) => errors?.join())
  const used = allStates(definition()).flatMap(([, { Retry = [] }]) =>
    Retry.map(({ ErrorEquals }) => ErrorEquals.join()),
  )
  expect(used.filter((errors) => !named.includes(errors))).toEqual([])
  expect(new Set(used)).toEqual(new Set(named))
})
