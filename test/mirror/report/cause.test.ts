// Explains caught errors in plain words.
import { expect, test } from 'vitest'
import { explainCaught } from '../../../mirror/report/cause.ts'

const build = {
  BuildStatus: 'FAILED',
  Logs: { DeepLink: 'https://console.aws.amazon.com/cloudwatch/log' },
  Phases: [
    { PhaseType: 'SUBMITTED', PhaseStatus: 'SUCCEEDED' },
    {
      PhaseType: 'BUILD',
      PhaseStatus: 'FAILED',
      Contexts: [{ StatusCode: 'COMMAND_EXECUTION_ERROR', Message: 'exit status 1' }],
    },
    { PhaseType: 'COMPLETED' },
  ],
}

test('explains an error of a function', () => {
  const Cause = JSON.stringify({ errorType: 'SourceNotFound', errorMessage: 'no tag "7.3"', trace: [''] })
  expect(explainCaught({ Error: 'SourceNotFound', Cause })).toEqual({
    name: 'SourceNotFound',
    message: 'no tag "7.3"',
  })
})

test.each([
  ['as it is', build],
  ['under Build', { Build: build }],
])('names the failed phase and the log of a build, written %s', (_, cause) => {
  expect(explainCaught({ Error: 'States.TaskFailed', Cause: JSON.stringify(cause) })).toEqual({
    name: 'States.TaskFailed',
    message: 'the build ended FAILED in its phase BUILD: COMMAND_EXECUTION_ERROR: exit status 1',
    log: 'https://console.aws.amazon.com/cloudwatch/log',
  })
})

test('names the end of a build without phases and logs', () => {
  const Cause = JSON.stringify({ BuildStatus: 'TIMED_OUT', Phases: null, Logs: null })
  expect(explainCaught({ Error: 'States.TaskFailed', Cause }).message).toBe('the build ended TIMED_OUT')
})

test.each([
  ['States.Timeout', undefined, 'it exceeded its time limit'],
  ['States.TaskFailed', undefined, 'the build failed without a result; see its log'],
  [
    'CodeBuild.AccountLimitExceededException',
    'Cannot have more than 1 builds in queue',
    'Cannot have more than 1',
  ],
  ['States.Permissions', 'not authorized', 'the state machine lacks the permission: not authorized'],
  ['Whatever', undefined, 'no cause was given'],
  ['Whatever', '{"no": "known shape"}', '{"no": "known shape"}'],
])('%s with the cause %s', (name, cause, message) => {
  const caught = { Error: name, ...(cause === undefined ? {} : { Cause: cause }) }
  expect(explainCaught(caught)).toMatchObject({ name })
  expect(explainCaught(caught).message).toContain(message)
})

test('reads the message of a truncated cause, without the stack', () => {
  const Cause = `{"errorMessage":"no such tag","errorType":"Error","trace":["Error: no such tag","    at x (/var/task/index.js:1`
  expect(explainCaught({ Error: 'Error', Cause }).message).toBe('no such tag')
})

test.each([
  ['a function', JSON.stringify({ errorType: 'X\u001b', errorMessage: `no\u001b[2J${'x'.repeat(30_000)}` })],
  [
    'a build',
    JSON.stringify({
      BuildStatus: 'FAILED',
      Phases: [{ PhaseStatus: 'FAILED', Contexts: [{ Message: `no\u001b[2J${'x'.repeat(30_000)}` }] }],
    }),
  ],
  ['a service', `no\u001b[2J${'x'.repeat(30_000)}`],
])('bounds the text of %s, and removes control characters', (_, Cause) => {
  const { name, message } = explainCaught({ Error: 'Odd\u001b', Cause })
  expect(`${name}${message}`).not.toMatch(/\p{Cc}/u)
  expect(message).toContain('no [2Jxxx')
  expect(message.length).toBeLessThanOrEqual(4_000)
})
