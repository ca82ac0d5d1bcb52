// The commands that the pages show exist, with their flags. Each belongs to a class, which says whether a test runs it.
import { expect, test } from 'vitest'
import { commonCommands } from '../../cli/commands.ts'
import { runCommand } from '../../cli/run/command.ts'
import { blocksOf, codesIn, pages } from './pages.ts'
import { classOf } from './shell/classes.ts'
import { inlineCommands, scriptsOf } from './shell/script.ts'
import { commandsOf } from './shell/words.ts'

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

const SCRIPTS = pages().flatMap((page) => [
  ...scriptsOf(page),
  ...inlineCommands(page, ['aws', 'npx cdk', 'npm run']),
])

test('the pages have scripts', () => {
  expect(SCRIPTS.length).toBeGreaterThan(50)
})

test.each(SCRIPTS)('each command at $place is of a class: $text', ({ text }) => {
  const problems = commandsOf(text).flatMap((words) => {
    const found = classOf(words)
    return found === undefined ? [`no class has: ${words.join(' ')}`] : (found.problemsOf?.(words) ?? [])
  })
  expect(problems).toEqual([])
})

test.each(SCRIPTS)('the script at $place is run as a whole, or not at all: $text', ({ text }) => {
  const runs = commandsOf(text).flatMap((words) => classOf(words)?.runs ?? [])
  expect(new Set(runs).size).toBeLessThanOrEqual(1)
})

test.each([
  ['an unknown program', 'terraform apply'],
  ['an operation that AWS does not have', 'aws ecr delete-images --repository-name app'],
  [
    'a parameter that an operation does not have',
    'aws sns subscribe --topic-arn A --protocol email --address a',
  ],
  ['a parameter that is missing', 'aws ecr delete-repository --force'],
  ['a setting that the app does not have', 'npx cdk deploy -c region=us-east-1'],
  ['a script that the project does not have', 'npm run nothing'],
])('%s is noticed', (_, line) => {
  const [words = []] = commandsOf(line)
  expect(classOf(words)?.problemsOf?.(words) ?? ['no class']).toHaveLength(1)
})
