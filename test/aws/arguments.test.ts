import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'
import { leftoversOf, newNames } from './names.ts'

const GOOD = ['--account', '123456789012', '--regions', 'us-east-1,eu-west-1']

test('reads the account and the regions', () => {
  expect(readArguments(GOOD)).toMatchObject({
    account: '123456789012',
    regions: ['us-east-1', 'eu-west-1'],
    clean: false,
  })
})

test.each([
  [[], '--account must be'],
  [['--account', '12', '--regions', 'us-east-1,eu-west-1'], '--account must be'],
  [['--account', '123456789012'], '--regions must be two'],
  [['--account', '123456789012', '--regions', 'us-east-1,us-east-1'], '--regions must be two'],
  [['--account', '123456789012', '--regions', 'us-east-1,moon'], '--regions must be two'],
  [[...GOOD, '--other-account-role', 'mirror'], 'the ARN of a role'],
  [[...GOOD, '--yes'], "Unknown option '--yes'"],
])('refuses %j, and shows its usage', (args, words) => {
  expect(() => readArguments(args)).toThrow(words)
  expect(() => readArguments(args)).toThrow('npm run test:aws -- --account ID')
})

test('what a trial leaves is known by its name, and nothing else is', () => {
  const names = newNames()
  for (const leftovers of [leftoversOf(), leftoversOf(names)]) {
    expect(leftovers.isStack(names.stack)).toBe(true)
    expect(leftovers.isStack(`${names.stack}Pushes-eu-west-1`)).toBe(true)
    expect(leftovers.isRepository(`${names.prefix}/mirror/app`)).toBe(true)
    expect(leftovers.isQueue(names.prefix)).toBe(true)
    expect(leftovers.isBucket(`imagemirror-${names.trial}-mirrorworkbucket1a2b-x3y4`)).toBe(true)
  }
  expect(leftoversOf(names).isStack('ImageMirror-test-000000')).toBe(names.trial === 'test-000000')
  const any = leftoversOf()
  for (const name of ['ImageMirror', 'ImageMirror-test', 'ImageMirror-prod', 'ImageMirror-test-3fa2c1x'])
    expect(any.isStack(name)).toBe(false)
  expect(any.isRepository('image-mirror-test/app')).toBe(false)
  expect(any.isRepository('team/image-mirror-test-3fa2c1/app')).toBe(false)
  expect(any.isBucket('imagemirror-prod-mirrorworkbucket1a2b')).toBe(false)
})
