// The bounds of images from elsewhere: they may use what the deployed list uses, and nothing else.
import { expect, test } from 'vitest'
import { ecr, OWN, problemOf, sources } from './joined.ts'

test.each([
  [
    'a registry',
    '- evil.example.com/app:1',
    '"evil.example.com" is not a registry that executions may read from',
  ],
  [
    'a secret',
    `- {source: 'quay.io/a/b:1', credentials: payroll}`,
    '"payroll" is not a secret of the deployed list',
  ],
  ['a secret of another registry', `- {source: 'quay.io/a/b:1', credentials: hub}`, '"hub" is for docker.io'],
  [
    'a region',
    `- {source: 'quay.io/a/b:1', regions: [ap-south-1]}`,
    '"ap-south-1" is not among the list\'s regions',
  ],
  ['a target', `- {source: 'quay.io/a/b:1', targets: [stage]}`, '"stage" is not a target of the list'],
  [
    'a repository',
    `- {source: 'quay.io/a/b:1', repository: other/b}`,
    '"other/b" is not a repository that the deployed list may write, such as "mirror/*"',
  ],
  [
    'a name',
    `- {source: 'quay.io/a/b:1', to: [other/b]}`,
    '"other/b" is not a repository that the deployed list may write',
  ],
  [
    'a repository of another account',
    `- {source: 'quay.io/a/b:1', repository: other/b, targets: [prod]}`,
    '"other/b" is not a repository that the deployed list may write at "prod", such as "mirror/*"',
  ],
  [
    'a name that only another account gives',
    `- {source: 'quay.io/a/b:1', targets: [regions, flat]}`,
    '"a-b" is not a repository that the deployed list may write at "flat"; add it to "allowedRepositories"',
  ],
  [
    'a schedule',
    `- {source: 'quay.io/a/b:1', schedule: rate(2 hours)}`,
    '"rate(2 hours)" is not a schedule of the deployed list, so nothing would start it (it has rate(6 hours), rate(1 hour))',
  ],
  [
    'a repository in ECR',
    `- ${ecr('secret/app:1')}`,
    'secret/app is not a repository in ECR that the deployed list may read',
  ],
  [
    'a key',
    `- {source: 'quay.io/a/b:1', verify: {key: 'awskms:///arn:aws:kms:us-east-1:${OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab'}}`,
    'is not one of the deployed list',
  ],
  [
    'pruning',
    `- {source: 'quay.io/a/b:1', prune: true}`,
    'images[1].prune: the deployed list deletes nothing',
  ],
  [
    'an end with pruning',
    `- {source: 'quay.io/a/b:1', expires: {on: 2030-01-01, then: prune}}`,
    'images[1].expires: the deployed list deletes nothing',
  ],
  [
    'a number of backups',
    `- {source: 'quay.io/a/b:1', backup: {name: 'old-{date}-{tag}', keep: 3}}`,
    'images[1].backup: the deployed list deletes nothing',
  ],
  [
    'a lifecycle policy',
    `- {source: 'quay.io/a/b:1', repositories: {lifecycle: {any: {newest: 3}}}}`,
    'images[1].repositories.lifecycle: only the deployed list can set this',
  ],
  [
    'a repository policy',
    `- {source: 'quay.io/a/b:1', repositories: {policy: {pull: {accounts: ['210987654321']}}}}`,
    'images[1].repositories.policy: only the deployed list can set this',
  ],
])('refuses %s outside of the bounds, with entry and line', (_, text, problem) => {
  const message = problemOf([`- quay.io/team/first:1\n${text}`])
  expect(message).toContain(problem)
  expect(message).toMatch(/^ssm:\/mirror\/a:2: images\[1\]/)
})

test('allows repositories, schedules and sources that the deployed list names', () => {
  const text = `- {source: 'quay.io/a/b:1', repository: team/b, schedule: rate(1 hour)}\n- ${ecr('base/tool:2')}`
  expect(sources([text], { allowedRepositories: ['team/*'] })).toHaveLength(2)
})

test('allows deletions and settings that the deployed list has too', () => {
  const rules = '{gone: true, unselected: true}'
  const text = `- {source: 'quay.io/a/b:1', prune: ${rules}, repositories: {tags: {team: a}, scanOnPush: false}}`
  expect(sources([text], { defaults: { prune: true } })).toHaveLength(1)
  const lifecycle = '{lifecycle: {any: {newest: 3}}}'
  const same = `- {source: 'quay.io/a/b:1', repositories: ${lifecycle}}`
  expect(sources([same], { repositories: { lifecycle: { any: { newest: 3 } } } })).toHaveLength(1)
})

test('images from elsewhere go to other accounts under the names that the deployed list opens there', () => {
  const image = (target: string) => `- {source: 'quay.io/a/b:1', targets: [${target}]}`
  expect(problemOf([image('inbox')])).toBe('none')
  expect(problemOf([image('prod')])).toBe('none')
  expect(problemOf([image('flat')], { allowedRepositories: ['a-*'] })).toBe('none')
})
