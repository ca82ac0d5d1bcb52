// Names of target repositories, and names that ECR rejects.
import { expect, test } from 'vitest'
import { matchesAny, nameProblem, targetProblem, targetRepository } from '../../../mirror/list/names.ts'
import { parseReference } from '../../../registry/model/reference.ts'

test.each([
  ['redis', undefined, 'redis'],
  ['docker.io/library/redis', 'mirror', 'mirror/redis'],
  ['docker.io/grafana/grafana', 'mirror', 'mirror/grafana/grafana'],
  ['quay.io/prometheus/node-exporter', undefined, 'prometheus/node-exporter'],
  ['quay.io/library/redis', 'a/b', 'a/b/library/redis'],
])('%s behind the prefix %s lands in %s', (source, prefix, expected) => {
  expect(targetRepository(parseReference(source), prefix)).toBe(expected)
})

test.each(['ab', 'a/b', 'team/app.v2_x-y', 'a'.repeat(256)])('ECR takes %s', (name) => {
  expect(nameProblem(name)).toBeUndefined()
})

test.each(['a', 'A/b', 'a__b', 'a--b', 'a//b', '/a', 'a/', '-a', 'a-', 'a.', 'a'.repeat(257)])(
  'ECR refuses %s',
  (name) => {
    expect(nameProblem(name)).toContain('ECR accepts')
  },
)

test.each([
  ['team/*', 'team/app', true],
  ['team/*', 'team/a/b', true],
  ['team/*', 'teams/app', false],
  ['*', 'anything', true],
  ['*/app', 'team/app', true],
  ['a*b*c', 'axxbyyc', true],
  ['a*b*c', 'axxcyyb', false],
  ['ab*ba', 'aba', false],
  ['app', 'app', true],
  ['app', 'app2', false],
])('the pattern %s matches %s: %s', (pattern, name, expected) => {
  expect(matchesAny([pattern], name)).toBe(expected)
})

test.each([
  ['a/b__c', 'such as "a/b_c"'],
  ['Team/App', 'such as "team/app"'],
  ['a', 'ECR accepts 2 to 256 characters, but this has 1'],
])('what is wrong with %s is told with the fix', (name, words) => {
  expect(targetProblem(name)).toContain(words)
  expect(targetProblem(name)).toContain('give the entry a "repository"')
})

test('a name that ECR takes passes', () => {
  expect(targetProblem('team/app')).toBeUndefined()
})
