// The settings of repositories in lists of executions, which the deployed list bounds.
import { expect, test } from 'vitest'
import { readEntries } from '../../../../mirror/list/entry.ts'
import { customList, parseCustomList, parseList, storedList } from '../../../../mirror/list/parse-list.ts'

const LIFECYCLE = { any: { newest: 10 } }
const deployed = {
  list: parseList(
    JSON.stringify({
      regions: ['us-east-1'],
      prefix: 'mirror',
      repositories: { immutableTags: true, lifecycle: LIFECYCLE, reconcile: true },
      images: [
        'docker.io/library/redis:7.4',
        { source: 'docker.io/library/nginx:1', repositories: { immutableTags: false, lifecycle: 'none' } },
      ],
    }),
    'mirror.yaml',
  ),
}
const custom = (images: object[], repositories?: object) =>
  parseCustomList(JSON.stringify({ images, ...(repositories && { repositories }) }), 'own.json', deployed)
const settingsIn = (list: ReturnType<typeof custom>) =>
  list.images.flatMap((image) => readEntries(image, list).map(({ settings }) => settings.repositories))

test('gives a repository the settings that it has in the deployed list', () => {
  const list = customList(
    ['docker.io/library/nginx:2', 'docker.io/library/redis:8', 'docker.io/library/alpine:3'],
    'input',
    deployed,
  )
  expect(settingsIn(list)).toEqual([
    { immutableTags: false, lifecycle: 'none', reconcile: true },
    { immutableTags: true, lifecycle: LIFECYCLE, reconcile: true },
    { immutableTags: true, lifecycle: LIFECYCLE, reconcile: true },
  ])
})

test('refuses other settings for a repository of the deployed list', () => {
  const image = { source: 'docker.io/library/redis:8', repositories: { immutableTags: false } }
  expect(() => custom([image])).toThrow(
    'images[0].repositories: the deployed list has other settings for this repository',
  )
  expect(() => custom([{ source: 'docker.io/library/redis:8' }], { scanOnPush: false })).toThrow(
    'repositories: the deployed list has other settings for this repository',
  )
  expect(() => custom([{ ...image, repositories: { immutableTags: true } }])).not.toThrow()
})

test('lets new repositories have tags, scans and mutability of their own', () => {
  const source = 'docker.io/library/alpine:3'
  const own = { immutableTags: { except: ['latest'] }, scanOnPush: false, tags: { run: '1' } }
  const expected = [{ ...own, lifecycle: LIFECYCLE, reconcile: true }]
  expect(settingsIn(custom([{ source, repositories: own }]))).toEqual(expected)
  expect(settingsIn(custom([{ source }], own))).toEqual(expected)
})

test.each<[string, object]>([
  ['lifecycle', { lifecycle: { any: { newest: 1 } } }],
  ['policy', { policy: { pull: { accounts: ['111122223333'] } } }],
  ['encryption', { encryption: { kms: true } }],
  ['reconcile', { reconcile: { loosen: ['policy'] } }],
])('refuses a %s that the deployed list does not have', (key, repositories) => {
  const source = 'docker.io/library/alpine:3'
  const why = 'only the deployed list can set this; set it there, and deploy'
  expect(() => custom([{ source, repositories }])).toThrow(`images[0].repositories.${key}: ${why}`)
  expect(() => custom([{ source }], repositories)).toThrow(`repositories.${key}: ${why}`)
})

test('accepts its own list again, which a rerun of failed pairs reads', () => {
  const list = customList(
    [
      'docker.io/library/nginx:2',
      { source: 'docker.io/library/alpine:3', repositories: { scanOnPush: false } },
    ],
    'input',
    deployed,
  )
  const again = parseCustomList(JSON.stringify(storedList(list)), 'list.json', deployed)
  expect(settingsIn(again)).toEqual(settingsIn(list))
})
