// What all commands have in common.
import { expect, test } from 'vitest'
import { authCommand } from '../../../cli/auth/command.ts'
import { copyCommand } from '../../../cli/copy/command.ts'
import { statusCommand } from '../../../cli/deployed/status/command.ts'
import { planCommand } from '../../../cli/plan/command.ts'
import { moreHelp } from '../../../cli/program/define.ts'
import { syncCommand } from '../../../cli/sync/command.ts'
import { tagsCommand } from '../../../cli/tags/command.ts'
import { validateCommand } from '../../../cli/validate/command.ts'
import { COMMANDS } from '../commands.ts'
import { parsed } from '../parsed.ts'
import { program } from '../program.ts'

test.each(COMMANDS)('the help of %s fits 80 columns', async (command) => {
  const { stdout } = await program(command, '--help')
  expect(stdout.split('\n').filter((line) => line.length > 79)).toEqual([])
  expect(stdout).toMatch(/^Examples?:\n {2}/m)
})

test('the list of commands fits 80 columns, with whole descriptions', async () => {
  const { stdout } = await program('--help')
  expect(stdout.split('\n').filter((line) => line.length > 79)).toEqual([])
  expect(stdout).toMatch(/^ {2}logs <run> <image> <target> {2,}prints the build log/m)
})

test.each([
  [statusCommand, ['--region', ''], 'the value of --region is empty; give one, or leave the flag out'],
  [tagsCommand, ['redis', '--include', '7', '--include', ''], 'the value of --include is empty'],
  [planCommand, [''], 'the value of <list> is empty; give one'],
  [copyCommand, ['redis', 'ghcr.io/a/b', ''], '"" is not an image'],
  [planCommand, ['a.yaml', 'b.yaml'], 'unexpected argument "b.yaml"\nUsage: plan [options] [list]'],
  [statusCommand, ['x', 'y'], 'unexpected argument "x", "y"\nUsage: '],
])('refuses empty values and further arguments: %#', (define, args, words) => {
  expect(() => parsed<unknown>(define, args)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(words) }),
  )
})

test.each([planCommand, syncCommand, authCommand, validateCommand])(
  'a list may be standard input or a place in AWS: %#',
  (define) => {
    for (const list of ['-', 's3://lists/mirror.yaml'])
      expect(parsed<{ list: string }>(define, [list]).list).toBe(list)
  },
)

test('a line that ends with a colon goes on, unless examples follow', () => {
  expect(moreHelp('\nThe deployed mirror uses:\nthe secrets.')()).toBe(
    '\nThe deployed mirror uses: the secrets.',
  )
})

test('joins the lines of a paragraph, and keeps examples and empty lines', () => {
  const text = '\nOne\ntwo.\n\nExamples:\n  npx a\n  npx b\n\nThree.'
  expect(moreHelp(text)()).toBe('\nOne two.\n\nExamples:\n  npx a\n  npx b\n\nThree.')
  expect(moreHelp('word '.repeat(40))().split('\n').length).toBeGreaterThan(1)
})
