// Targets that ECR would refuse.
import { expect, test } from 'vitest'
import { checkTargets } from '../../../../mirror/list/targets/check-names.ts'
import { listOf } from '../../lists.ts'

test('names the key that decides the name, and a name that ECR takes', () => {
  const images = [
    'redis',
    { source: 'redis', repository: 'Team/Redis' },
    { source: 'quay.io/a/b__c' },
    'quay.io/a/b--c',
    { source: 'redis', repository: '123456789012.dkr.ecr.us-east-1.amazonaws.com/team/redis' },
  ]
  const problems = checkTargets(listOf({ regions: ['us-east-1'], images }))
  expect(problems.map(({ path }) => path)).toEqual([
    ['images', 1, 'repository'],
    ['images', 2, 'source'],
    ['images', 3],
    ['images', 4, 'repository'],
  ])
  expect(problems.map(({ text }) => text.replace(/.*such as /, ''))).toEqual([
    '"team/redis"',
    '"a/b_c"',
    '"a/b-c"',
    expect.stringMatching(/begins with the host of a registry; the repository is "team\/redis"$/),
  ])
})

test('names what another target would refuse', () => {
  const targets = { hub: { registry: 'docker.io', namespace: 'example', public: true as const } }
  const images = ['redis', { source: 'quay.io/a/b', targets: ['hub'] }]
  const [problem] = checkTargets(listOf({ regions: ['us-east-1'], targets, images }))
  expect(problem?.text).toMatch(/^images\[1\]\.source: "example\/a\/b" cannot be a repository at docker\.io/)
})
