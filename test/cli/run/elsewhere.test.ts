import { expect, test } from 'vitest'
import { UsageError } from '../../../cli/program/usage-error.ts'
import { runElsewhereCommand } from '../../../cli/run/elsewhere.ts'

test.each([[[]], [['--list', 'my.yaml', '--serve']], [['my.yaml']]])(
  'refuses "run" of the package with the fix: %j',
  (args) => {
    const run = () => runElsewhereCommand().parse(args, { from: 'user' })
    expect(run).toThrow(UsageError)
    expect(run).toThrow('clone the image-mirror repository')
  },
)

test('the help says first that it works only in a clone', () => {
  const command = runElsewhereCommand()
  expect(command.summary()).toMatch(/^\(in a clone\) /)
  expect(command.description()).toMatch(/^Works only in a clone: /)
})
