// The commands and flags that docs/cli.md names are those of the program.
import { expect, test } from 'vitest'
import { commonCommands } from '../../cli/commands.ts'
import { COMMANDS } from '../cli/commands.ts'
import { codesIn, pages } from './pages.ts'

const PAGE = pages().find(({ name }) => name === 'docs/cli.md')?.text ?? ''
const DEPLOYED = 'Commands for a deployed mirror'
const flags = new Map(
  commonCommands(() => {}).map((command) => [
    command.name(),
    command.options.flatMap(({ long }) => long ?? []),
  ]),
)

/** The flags in the text below a heading, up to the next one. */
function flagsBelow(heading: string): string[] {
  const section = PAGE.split(/^##+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('npx image-mirror '))
  const codes = [...(section.match(/`--[^`]+/g) ?? []), ...lines]
  return [...new Set(codes.flatMap((code) => code.match(/(?<=[` ])--[a-z-]+/g) ?? []))]
}

const flagsOf = (commands: readonly string[]) => commands.flatMap((command) => flags.get(command) ?? [])

test('lists every command', () => {
  const rows = PAGE.split('\n').filter((line) => /^\| \[?`/.test(line))
  const named = rows.map((row) => codesIn(row)[0] ?? '').filter((name) => !name.startsWith('-'))
  expect(named.toSorted()).toEqual(COMMANDS.toSorted())
})

test.each([
  ['init', ['init']],
  ['sync', ['sync']],
  ['start and follow', ['start', 'follow']],
  ['rerun', ['rerun']],
  ['status', ['status']],
  ['doctor', ['doctor']],
  ['logs', ['logs']],
  ['subscribe', ['subscribe']],
])('the flags below "%s" are those of the command', (heading, commands) => {
  const shared = commands.includes('init') || commands.includes('sync') ? [] : flagsBelow(DEPLOYED)
  const named = [...new Set([...flagsBelow(heading), ...shared])]
  expect(named.toSorted()).toEqual([...new Set(flagsOf(commands))].toSorted())
})
