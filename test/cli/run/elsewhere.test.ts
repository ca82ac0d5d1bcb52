import { expect, test } from 'vitest'
import { runElsewhereCommand } from '../../../cli/run/elsewhere.ts'
import { UsageError } from '../../../cli/usage-error.ts'

test.each([[[]], [['--list', 'my.yaml', '--serve']], [['my.yaml']]])(
  'refuses "run" of the package with the fix: %j',
  (args) => {
    const run = () => runElsewhereCommand().parse(args, { from: 'user' })
    expect(run).toThrow(UsageError)
    expect(run).toThrow('clone the image-mirror repository')
  },
)
