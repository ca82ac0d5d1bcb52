import { expect, test } from 'vitest'
import { AwsProblem } from '../../../cli/deployed/aws/problem.ts'
import { endingOf } from '../../../cli/program/ending.ts'
import { errorDocumentSchema } from '../../../cli/program/error-document.ts'
import { NoResult } from '../../../cli/program/no-result.ts'
import { UsageError } from '../../../cli/program/usage-error.ts'
import { Interrupted } from '../../../cli/terminal/interrupted.ts'
import { StateLocked } from '../../../local/state/state-lock.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { RegistryError } from '../../../registry/model/errors.ts'

function thrown(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

const answered = (name: string, status: number) =>
  Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } })
const full = Object.assign(new Error('write'), { code: 'ENOSPC', syscall: 'write' })

test.each([
  [new UsageError('no such flag'), 2, 'UsageError', 'no such flag\nSee --help.'],
  [new RegistryError('a setting', { kind: 'refused' }), 2, 'InvalidInput', 'a setting'],
  [new StateLocked('in use'), 2, 'StateLocked', 'in use'],
  [new AwsProblem('no region'), 4, 'AwsProblem', 'no region'],
  [answered('InvalidParameter', 400), 4, 'AwsProblem', 'AWS refuses the request: no (InvalidParameter)'],
  [
    new NoResult({ name: 'AccessDenied', message: 'the registry refuses' }),
    4,
    'AccessDenied',
    'AccessDenied: the registry refuses',
  ],
  [new Interrupted(143, 'It continues.'), 143, 'Interrupted', 'Interrupted. It continues.'],
  [full, 1, 'ENOSPC', 'the disk is full: free some space (ENOSPC)'],
  [new TypeError('a bug'), 1, 'TypeError', expect.stringMatching(/TypeError: a bug\n +at /)],
  ['text', 1, 'Error', 'text'],
])('%s ends a command', (error, status, name, text) => {
  const ending = endingOf(error)
  expect(ending).toMatchObject({ status, text, error: { name } })
  errorDocumentSchema.parse({ error: ending.error })
})

test('has all mistakes of a list, as validate has them', () => {
  const { error } = endingOf(thrown(() => parseList('regions: [us-east1]\nimage: []\n', 'list.yaml')))
  const { problems } = errorDocumentSchema.parse({ error }).error
  expect(problems).toContainEqual({
    line: 1,
    key: 'regions[0]',
    message: 'regions[0]: "us-east1" is not a region; did you mean "us-east-1"?',
  })
  expect(problems).toHaveLength(error.message.split('\n').length)
})

test('names the flag for another folder only if the command has one', () => {
  const error = Object.assign(new Error('open'), { code: 'EACCES', syscall: 'open', path: '/x' })
  expect(endingOf(error).text).toBe(
    '/x: permission denied: change the permissions, or give another folder (EACCES)',
  )
  expect(endingOf(error, '--state').text).toContain('another folder with --state')
})
