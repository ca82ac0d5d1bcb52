import { afterEach, expect, test, vi } from 'vitest'
import { runCommand } from '../../../cli/run/command.ts'
import { parsed } from '../parsed.ts'

test("uses the project's list, the fast clock and .mirror by default", () => {
  expect(parsed(runCommand, [])).toEqual({
    dryRun: false,
    state: '.mirror',
    fresh: false,
    serve: false,
    json: false,
    clock: { speed: 60 },
  })
})

test('parses every flag', () => {
  const flags =
    '--list a.yaml --regions us-east-1,eu-west-1,us-east-1 --input i.json --dry-run --state s --serve --json'
  expect(parsed(runCommand, [...flags.split(' '), '--fresh', '--clock', 'real'])).toEqual({
    list: 'a.yaml',
    regions: ['us-east-1', 'eu-west-1'],
    input: 'i.json',
    dryRun: true,
    state: 's',
    fresh: true,
    serve: true,
    json: true,
    clock: { speed: 1 },
  })
})

test.each([
  [['--lst', 'x'], "unknown option '--lst'\n(Did you mean --list?)"],
  [['--regions', 'us-est-1'], '--regions: "us-est-1" is not a region; did you mean "us-east-1"?'],
  [['--clock', 'slow'], "'slow' is invalid. Allowed choices are real, fast."],
  [['--list'], /--list.* argument missing/],
  [['--state', '--json'], '--state needs a path, and "--json" is a flag'],
  [['--list', '-'], '--list: "-" is not a file, and run takes only files; save the list as one'],
  [['--list', 's3://lists/a.yaml'], '--list: "s3://lists/a.yaml" is not a file'],
  [['list.yaml'], /unexpected argument "list.yaml"; to pass a list, write --list FILE/],
  [['-c', 'list=my.yaml'], /-c is a flag of "npx cdk"; here, write --list FILE/],
])('fails for %j', (args, message) => {
  expect(() => parsed(runCommand, args)).toThrow(message)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

test('resolves files in the folder where npm was called', () => {
  vi.stubEnv('INIT_CWD', '/home/me/lists')
  vi.stubEnv('npm_lifecycle_event', 'start')
  const { list, state } = parsed(runCommand, ['--list', 'a.yaml'])
  expect({ list, state }).toEqual({ list: '/home/me/lists/a.yaml', state: '.mirror' })
  vi.stubEnv('npm_lifecycle_event', 'test')
  expect(parsed(runCommand, ['--list', 'a.yaml']).list).toBe('a.yaml')
})
