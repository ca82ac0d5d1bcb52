import { afterEach, expect, test, vi } from 'vitest'
import { parseRunOptions } from '../../../cli/run/options.ts'

test('without flags: the own list, fast clock, state in .mirror', () => {
  expect(parseRunOptions([])).toEqual({
    help: false,
    state: '.mirror',
    fresh: false,
    serve: false,
    json: false,
    clock: { speed: 60 },
  })
})

test('every flag', () => {
  const flags =
    '--list a.yaml --regions us-east-1,eu-west-1,us-east-1 --input i.json --state s --serve --json'
  expect(parseRunOptions([...flags.split(' '), '--fresh', '--clock', 'real'])).toEqual({
    help: false,
    list: 'a.yaml',
    regions: ['us-east-1', 'eu-west-1'],
    input: 'i.json',
    state: 's',
    fresh: true,
    serve: true,
    json: true,
    clock: { speed: 1 },
  })
})

test.each([
  [['--lst', 'x'], 'unknown flag --lst; did you mean "list"?'],
  [['--regions', 'us-est-1'], '--regions: "us-est-1" is not a region; did you mean "us-east-1"?'],
  [['--clock', 'slow'], '--clock: "slow" is neither "real" nor "fast"'],
  [['--list'], /--list.* argument missing/],
  [['list.yaml'], /unexpected argument "list.yaml"; a list is given as --list FILE/],
  [['-c', 'list=my.yaml'], /-c belongs to "npx cdk"; here, write --list FILE/],
])('fails for %j', (args, message) => {
  expect(() => parseRunOptions(args)).toThrow(message)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

test('files are where the command was typed, which npm alone knows', () => {
  vi.stubEnv('INIT_CWD', '/home/me/lists')
  vi.stubEnv('npm_lifecycle_event', 'start')
  const { list, state } = parseRunOptions(['--list', 'a.yaml'])
  expect({ list, state }).toEqual({ list: '/home/me/lists/a.yaml', state: '.mirror' })
  vi.stubEnv('npm_lifecycle_event', 'test')
  expect(parseRunOptions(['--list', 'a.yaml']).list).toBe('a.yaml')
})
