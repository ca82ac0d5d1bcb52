// The event patterns that match pushes, and their number.
import { expect, test } from 'vitest'
import { pushesTo } from '../../../infra/triggers/push-patterns.ts'

const named = <T>(count: number, name: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => name(n))

function namesOf(repositories: string[]): unknown[][] {
  return pushesTo(['us-east-1'], { repositories }).map(({ detail }) => detail?.['repository-name'])
}

test.each([
  ['team/app', 'team/app'],
  ['team/*', { prefix: 'team/' }],
  ['team/**', { prefix: 'team/' }],
  ['*/app', { wildcard: '*/app' }],
  ['team/*/app', { wildcard: 'team/*/app' }],
  ['team/**/app*', { wildcard: 'team/*/app*' }],
  ['*', { wildcard: '*' }],
])('matches "%s" as %j', (name, pattern) => {
  expect(namesOf([name])).toEqual([[pattern]])
})

test('leaves out a name that another pattern matches', () => {
  expect(namesOf(['team/app', 'team/*', 'team/a*', 'other', 'team/*'])).toEqual([
    [{ prefix: 'team/' }, 'other'],
  ])
})

test('splits names over several patterns with the same limits', () => {
  const repositories = named(300, (n) => `team-number-${n}/*`)
  const patterns = pushesTo(['us-east-1', 'eu-west-1'], { repositories })
  expect(patterns.length).toBeGreaterThan(1)
  const names = patterns.flatMap(({ detail }) => detail?.['repository-name'])
  expect(names).toEqual(named(300, (n) => ({ prefix: `team-number-${n}/` })))
  for (const pattern of patterns) {
    expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048)
    expect(pattern).toMatchObject({ source: ['aws.ecr'], region: ['us-east-1', 'eu-west-1'] })
    expect(pattern.detail).toMatchObject({
      'action-type': ['PUSH'],
      $or: [{ 'image-tag': [{ 'anything-but': '' }] }, { 'image-tag': [''] }],
    })
  }
})

test('refuses names beyond the limit of rules, with the fix', () => {
  expect(() => namesOf(named(2000, (n) => `team-number-${n}/application`))).toThrow(
    expect.objectContaining({
      name: 'InvalidInput',
      message: expect.stringMatching(
        /^push\.repositories: 2000 entries need \d\d event rules, and the limit is 20; .* "team\/\*"$/,
      ),
    }),
  )
})
