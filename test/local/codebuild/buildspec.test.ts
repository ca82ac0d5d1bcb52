import { expect, test } from 'vitest'
import { parseBuildspec } from '../../../local/codebuild/buildspec.ts'

test('reads variables, exported variables and phases, in YAML or JSON', () => {
  const spec = parseBuildspec(`
version: 0.2
env:
  variables: { A: 1 }
  exported-variables: [OUT]
phases:
  build: { commands: ['a', 'b'], finally: ['c'] }
`)
  expect(spec).toEqual({
    variables: { A: '1' },
    exported: ['OUT'],
    phases: { build: { commands: ['a', 'b'], finally: ['c'] } },
  })
})

test.each([
  ['version: 0.1\nphases: {}', /version 0.1 is not supported/],
  ['version: 0.2\nbatch: {}\nphases: {}', /uses batch, which the local run does not support/],
  ['version: 0.2\nenv: {secrets-manager: {}}\nphases: {}', /uses secrets-manager/],
  ["version: 0.2\nenv: {exported-variables: ['a b']}\nphases: {}", /"a b" is not the name of a variable/],
])('fails for %j', (text, message) => {
  expect(() => parseBuildspec(text)).toThrow(message)
})
