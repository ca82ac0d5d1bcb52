import { expect, test } from 'vitest'
import { runElsewhereCommand } from '../../../cli/run/elsewhere.ts'
import { UsageError } from '../../../cli/usage-error.ts'

test.each([[[]], [['--list', 'my.yaml', '--serve']], [['my.yaml']]])(
  'the command run of the package says what to do: %j',
  (args) => {
    const run = () => runElsewhereCommand().parse(args, { from: 'user' })
    expect(run).toThrow(UsageError)
    expect(run).toThrow('clone the image-mirror repository')
  },
)
