// Names of repositories by template.
import { expect, test } from 'vitest'
import { parseList, validateList } from '../../../../mirror/list/parse-list.ts'
import {
  nameAt,
  render,
  sharedTemplateProblem,
  templateProblem,
} from '../../../../mirror/list/targets/template.ts'
import { planItems } from '../../../../mirror/plan/plan.ts'
import { repositoryAt } from '../../../../mirror/target.ts'

const APP = { registry: 'quay.io', repository: 'team/sub/app' }

test.each([
  ['{path}', 'team/sub/app'],
  ['{name}', 'app'],
  ['{flat}', 'team-sub-app'],
  ['{registry}/{path}', 'quay.io/team/sub/app'],
  ['cache/{registry}-{name}', 'cache/quay.io-app'],
  ['plain', 'plain'],
])('renders %s as %s', (template, name) => {
  expect(render(template, APP)).toBe(name)
})

test('renders a port with a hyphen, which registries accept', () => {
  expect(render('{registry}/{name}', { ...APP, registry: '127.0.0.1:5000' })).toBe('127.0.0.1-5000/app')
})

test('puts the namespace before the name', () => {
  expect(nameAt({ namespace: 'mirror', repository: '{flat}' }, APP)).toBe('mirror/team-sub-app')
  expect(nameAt({}, APP)).toBe('team/sub/app')
})

test.each([
  ['{pth}', '"{pth}" in "{pth}" is not a placeholder; did you mean "path"?'],
  ['{tag}', 'placeholders are {registry}, {path}, {name}, {flat}'],
  ['{path', 'has a brace without its partner'],
  ['path}', 'has a brace without its partner'],
  ['{{path}}', 'has a brace without its partner'],
  ['{}', '"{}" in "{}" is not a placeholder'],
])('refuses %s', (template, problem) => {
  expect(templateProblem(template)).toContain(problem)
})

test('refuses one name for all images', () => {
  expect(sharedTemplateProblem('mirror/{registry}')).toContain('would be the name of every image; add {path}')
  expect(sharedTemplateProblem('mirror/{name}')).toBeUndefined()
})

const TARGETS = {
  harbor: { registry: 'harbor.example.com', namespace: 'mirror', repository: '{registry}/{path}' },
  hub: { registry: 'docker.io', namespace: 'example', public: true, repository: '{flat}' },
  prod: { account: '210987654321', regions: ['eu-west-1'], namespace: 'cache', repository: '{flat}' },
}

const list = (more: object) =>
  JSON.stringify({ regions: ['us-east-1'], prefix: 'own', targets: TARGETS, ...more })

function namesOf(more: object): Record<string, string> {
  const items = planItems({ list: parseList(list(more), 'list.json'), file: 'list' })
  return Object.fromEntries(
    items.flatMap(({ repository, waves }) =>
      waves.flatMap(({ targets }) => targets.map((target) => [target.id, repositoryAt(target, repository)])),
    ),
  )
}

const ALL = { targets: ['regions', 'harbor', 'hub', 'prod'] }

test('each target names an image by its own template', () => {
  expect(namesOf({ images: ['quay.io/team/app:1'], defaults: ALL })).toEqual({
    'us-east-1': 'own/team/app',
    harbor: 'mirror/quay.io/team/app',
    hub: 'example/team-app',
    'prod/eu-west-1': 'cache/team-app',
  })
})

test('the names of the defaults are for the regions, and those of an image for all', () => {
  const defaults = { ...ALL, repository: '{registry}/{path}' }
  expect(namesOf({ images: ['quay.io/team/app:1'], defaults })).toMatchObject({
    'us-east-1': 'quay.io/team/app',
    hub: 'example/team-app',
  })
  const images = [{ source: 'quay.io/team/app:1', repository: 'base/{name}' }]
  expect(namesOf({ images, defaults })).toMatchObject({ 'us-east-1': 'base/app', hub: 'example/base-app' })
  const to = [{ source: 'quay.io/team/app:1', to: ['{registry}/{name}:one'] }]
  expect(namesOf({ images: to, defaults })).toMatchObject({
    'us-east-1': 'quay.io/app',
    hub: 'example/quay.io-app',
  })
})

const messageOf = (more: object): string => {
  try {
    validateList(list(more), 'list.json')
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test.each([
  [
    'of a target',
    { targets: { x: { registry: 'quay.io', repository: '{pth}' } } },
    'targets.x.repository: "{pth}" in',
  ],
  [
    'of an account',
    { targets: { x: { account: '210987654321', regions: ['eu-west-1'], repository: 'a' } } },
    'targets.x.repository: "a" would be the name of every image',
  ],
  [
    'of the defaults',
    { defaults: { repository: 'a' } },
    'defaults.repository: "a" would be the name of every',
  ],
  ['of an image', { images: [{ source: 'redis', repository: '{x}' }] }, 'images[0].repository: "{x}" in'],
  ['in "to"', { images: [{ source: 'redis', to: ['{x}:1'] }] }, 'images[0].to[0]: "{x}" in'],
])('refuses an unknown placeholder %s', (_, more, problem) => {
  expect(messageOf({ images: ['redis'], ...more })).toContain(problem)
})

test("the names of Docker Hub's two levels are refused with the template that gives them", () => {
  const targets = { hub: { registry: 'docker.io', namespace: 'example', public: true } }
  const images = ['quay.io/team/app:1']
  expect(messageOf({ targets, images, defaults: { targets: ['hub'] } })).toContain(
    `set "repository: '{flat}'" of the target`,
  )
})
