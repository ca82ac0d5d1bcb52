// What all commands have in common.
import { expect, test } from 'vitest'
import { moreHelp } from '../../../cli/program/define.ts'
import { COMMANDS } from '../commands.ts'
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
