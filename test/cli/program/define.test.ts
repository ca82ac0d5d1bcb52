// What all commands have in common.
import { expect, test } from 'vitest'
import { moreHelp } from '../../../cli/program/define.ts'
import { COMMANDS } from '../commands.ts'
import { program } from '../program.ts'

test.each(COMMANDS)('the help of %s fits 80 columns, except for examples', async (command) => {
  const { stdout } = await program(command, '--help')
  const prose = stdout.split('\n').filter((line) => !/^ {2}(?:npx|npm|aws|image-mirror|source) /.test(line))
  expect(prose.filter((line) => line.length > 79)).toEqual([])
  expect(stdout).toContain('Examples:\n  ')
})

test('joins the lines of a paragraph, and keeps examples and empty lines', () => {
  const text = '\nOne\ntwo.\n\nExamples:\n  npx a\n  npx b\n\nThree.'
  expect(moreHelp(text)()).toBe('\nOne two.\n\nExamples:\n  npx a\n  npx b\n\nThree.')
  expect(moreHelp('word '.repeat(40))().split('\n').length).toBeGreaterThan(1)
})
