// The commands that the pages show exist, with their flags.
import { expect, test } from 'vitest'
import { commonCommands } from '../../cli/commands.ts'
import { runCommand } from '../../cli/run/command.ts'
import { blocksOf, codesIn, pages } from './pages.ts'

const FLAGS = new Map(
  [runCommand(() => {}), ...commonCommands(() => {})].map((command) => [
    command.name(),
    ['--help', ...command.options.map(({ long }) => long ?? '')],
  ]),
)

const withoutBlocks = (text: string) => text.replace(/^```.*?^```$/gms, '')

const SHOWN = pages().flatMap((page) =>
  [
    ...blocksOf(page, 'sh').flatMap(({ text }) => text.split('\n')),
    ...codesIn(withoutBlocks(page.text)),
  ].flatMap((code) => {
    const shown = /(?:^|npx )(?:image-mirror ([a-z-]+)|npm start --)(?=\s|$)([^#|>]*)/.exec(code)
    if (shown === null) return []
    const [command = '', name = 'run', rest = ''] = shown
    return [{ command: command.trim(), name, flags: rest.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [] }]
  }),
)

test('the pages show commands', () => {
  expect(SHOWN.length).toBeGreaterThan(60)
})

test.each(SHOWN)('$command', ({ name, flags }) => {
  expect([...FLAGS.keys()]).toContain(name)
  expect(flags.filter((flag) => !FLAGS.get(name)?.includes(flag))).toEqual([])
})
