// Pushed repositories that the mirror writes itself.
import { expect, test } from 'vitest'
import type { List } from '../../../../mirror/list/config.ts'
import { parseList, validateList } from '../../../../mirror/list/parse-list.ts'
import { ownPushes } from '../../../../mirror/list/targets/own-pushes.ts'
import { listOf } from '../../lists.ts'

const IMAGES = ['redis:7', { source: 'docker.io/library/busybox:1', repository: 'base/busybox' }]

function problems(pushed: string[], settings: Partial<List> = {}): string[] {
  const list = listOf({ regions: ['us-east-1'], images: IMAGES, push: { repositories: pushed } })
  return ownPushes({ ...list, ...settings }).map(({ text }) => text)
}

test.each<[string, string, Partial<List>]>([
  ['*', 'redis', {}],
  ['base/*', 'base/busybox', {}],
  ['mirror/redis', 'mirror/*', { prefix: 'mirror' }],
  ['m*', 'mirror/*', { prefix: 'mirror' }],
  ['team/app', 'team/*', { allowedRepositories: ['golang', 'team/*'] }],
  ['golang*', 'golang', { allowedRepositories: ['golang', 'team/*'] }],
])('refuses pushes to "%s", because the mirror writes "%s"', (pattern, written, settings) => {
  expect(problems(['fine', pattern], settings)).toEqual([
    `push.repositories[1]: "${pattern}" also matches "${written}", which this mirror writes itself, so each copy would start a run; use narrower patterns`,
  ])
})

test.each<[string, string[], Partial<List>]>([
  ['other repositories', ['team/*'], { prefix: 'mirror', allowedRepositories: ['teams/*'] }],
  ['repositories that the mirror writes only elsewhere', ['*'], { regions: [], allowedRepositories: ['*'] }],
])('accepts pushes to %s', (_what, pushed, settings) => {
  expect(problems(pushed, settings)).toEqual([])
})

test.each([parseList, validateList])('%o reports them with their line', (parse) => {
  const text = [
    'regions: [us-east-1]',
    'prefix: mirror',
    'images: [redis]',
    'push:',
    '  repositories:',
    '    - team/*',
    '    - mirror/*',
  ]
  expect(() => parse(text.join('\n'), 'mirror.yaml')).toThrow(
    'mirror.yaml:7: push.repositories[1]: "mirror/*" also matches "mirror/*", which this mirror writes itself',
  )
})
