// Entries that write to the same repository.
import { expect, test } from 'vitest'
import type { ImageEntry, List } from '../../../../mirror/list/config.ts'
import { customList, parseCustomList } from '../../../../mirror/list/parse-list.ts'
import { collisions, takeovers } from '../../../../mirror/list/targets/collisions.ts'
import { listOf } from '../../lists.ts'

function complaints(images: ImageEntry[], prefix?: string): string[] {
  const regions: List['regions'] = ['us-east-1', 'eu-west-1']
  return collisions(listOf({ regions, images, ...(prefix && { prefix }) })).map(({ text }) => text)
}

test('two sources in one repository are refused, with a name that would do', () => {
  expect(complaints(['quay.io/team/app', '127.0.0.1:5000/team/app'], 'mirror')).toEqual([
    'images[1]: 127.0.0.1:5000/team/app and images[0] (quay.io/team/app) would both land in "mirror/team/app"; ' +
      'give one of them a "repository" of its own, such as "mirror/127.0.0.1-5000/team/app"',
  ])
})

test('the suggested name solves it', () => {
  const own = { source: '127.0.0.1:5000/team/app', repository: 'mirror/127.0.0.1-5000/team/app' }
  expect(complaints(['quay.io/team/app', own], 'mirror')).toEqual([])
})

test('an own name can be in the way too', () => {
  const [complaint] = complaints(['redis', { source: 'quay.io/a/b', repository: 'redis' }])
  expect(complaint).toContain('such as "quay.io/a/b"')
})

test('several tags of one source may be several entries', () => {
  expect(complaints(['redis:7.4', 'docker.io/library/redis:7.2', 'index.docker.io/redis:6'])).toEqual([])
})

test('two sources may fill one name in different regions', () => {
  const images: ImageEntry[] = [
    { source: 'quay.io/a/b', regions: ['us-east-1'] },
    { source: 'ghcr.io/a/b', regions: ['eu-west-1'] },
  ]
  expect(complaints(images)).toEqual([])
})

test('an entry that is there twice is refused', () => {
  expect(complaints(['redis:7.4', 'redis:7.4'])).toEqual([
    'images[1]: "redis:7.4" is already images[0]; put all of its tags into one entry',
  ])
})

const AMD = { platforms: ['linux/amd64'] }

test.each<[string, ImageEntry, ImageEntry]>([
  ['a tag that a pattern matches', 'redis:7.4', { source: 'redis', tags: { include: ['/^7/'] }, ...AMD }],
  ['a tag and all tags', { source: 'redis', tags: { exclude: ['/-rc/'] } }, { source: 'redis:7.4', ...AMD }],
  [
    'a tag in two lists of tags',
    { source: 'redis', tags: { include: ['7', '8'] } },
    { source: 'redis:8', ...AMD },
  ],
  [
    'tags of two patterns',
    { source: 'docker.io/library/redis', tags: { include: ['/8/'] } },
    { source: 'redis', ...AMD, tags: { include: ['/7/'] } },
  ],
  [
    'tags of a variant, next to an exact tag',
    { source: 'redis', tags: { include: ['7.4'], variant: 'alpine' } },
    { source: 'docker.io/library/redis', tags: { include: ['/-alpine$/'] }, ...AMD },
  ],
  [
    'a manifest in place of an index',
    { source: 'redis:7', ...AMD, as: 'manifest' },
    { source: 'docker.io/library/redis:7', ...AMD },
  ],
])('one source with two sets of platforms is refused for %s', (_, one, other) => {
  const expected = [
    expect.stringMatching(
      /^images\[1\]: this and images\[0\] may select the same tags of docker\.io\/library\/redis, with different platforms; give both/,
    ),
  ]
  expect(complaints([one, other])).toEqual(expected)
  expect(complaints([other, one])).toEqual(expected)
})

test('other tags of one source may have other platforms', () => {
  const pattern: ImageEntry = { source: 'redis', tags: { include: ['/^7/'] }, ...AMD }
  expect(complaints(['redis:6', { source: 'redis:8', ...AMD }, pattern])).toEqual([])
  const spelt: ImageEntry = { source: 'redis', tags: { include: ['/^7/'] }, platforms: ['linux/x86_64'] }
  expect(complaints([pattern, { ...spelt, source: 'index.docker.io/redis' }])).toEqual([])
})

const TARGETS = {
  harbor: { registry: 'harbor.example.com', namespace: 'mirror' },
  plain: { registry: '127.0.0.1:5000' },
}

test('two sources in one repository of another registry are refused', () => {
  const found = (images: ImageEntry[]) =>
    collisions(listOf({ regions: ['us-east-1'], targets: TARGETS, images })).map(({ text }) => text)
  const one = { source: 'quay.io/a/b', targets: ['harbor', 'plain'] }
  expect(found([one, { source: 'ghcr.io/a/b', targets: ['harbor'] }])).toEqual([
    'images[1]: ghcr.io/a/b and images[0] (quay.io/a/b) would both land in "harbor.example.com/mirror/a/b"; ' +
      'give one of them a "repository" of its own, such as "ghcr.io/a/b"',
  ])
  expect(found([one, { source: 'ghcr.io/a/b', targets: ['regions'] }])).toEqual([])
  expect(found([one, { source: 'ghcr.io/x', repository: 'mirror/a/b', targets: ['plain'] }])).toEqual([])
})

const ACCOUNT = '123456789012'
const own = (region: string) => `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com`
const DEPLOYED = listOf({
  regions: ['us-east-1', 'eu-west-1', 'ap-south-1'],
  prefix: 'mirror',
  images: [
    'docker.io/library/redis:7',
    { source: 'quay.io/team/app:1', repository: 'base/app', regions: ['us-east-1'] },
    { source: 'ghcr.io/team/app:1', repository: 'base/app', regions: ['eu-west-1'] },
  ],
  push: { repositories: ['team/*', 'tools'], from: ['us-east-1'], regions: ['us-east-1', 'eu-west-1'] },
})

/** Checks a custom list of an execution. */
function refusal(images: ImageEntry[], settings: Partial<List> = {}, account?: string): string | undefined {
  const text = JSON.stringify({ ...settings, images })
  try {
    parseCustomList(text, 's3://lists/mine.json', { list: DEPLOYED, account })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

test.each<[string, ImageEntry[], Partial<List>?]>([
  ['by its own name', [{ source: 'quay.io/a/b:1', repository: 'mirror/redis' }]],
  ['through the prefix', ['quay.io/redis:1']],
  ['through a prefix of its own', ['quay.io/redis:1'], { prefix: 'mirror' }],
  ['in one of the regions', [{ source: 'quay.io/redis:9', regions: ['ap-south-1'] }]],
  ['in a region that defaults name', ['quay.io/redis:9'], { defaults: { regions: ['eu-west-1'] } }],
  ['under other tags', [{ source: 'quay.io/redis', tags: { include: ['/^9/'] } }]],
  ['by digest', [`quay.io/redis@sha256:${'a'.repeat(64)}`]],
  ['among others', ['docker.io/library/nginx:1', 'quay.io/redis:1']],
])(
  'a custom list cannot fill a repository of the deployed list from another source: %s',
  (_, images, settings) => {
    expect(refusal(images, settings)).toMatch(
      /quay\.io\/\S+ would land in "mirror\/redis", which the deployed list fills from docker\.io\/library\/redis \(its images\[0\]\)/,
    )
  },
)

test('the refusal names what would be allowed', () => {
  const images = [{ source: 'quay.io/team/tool:1', repository: 'base/app' }]
  const expected =
    's3://lists/mine.json:1: images[0].repository: quay.io/team/tool would land in "base/app", which the deployed ' +
    'list fills from quay.io/team/app (its images[1]); give it a "repository" of its own, such as ' +
    '"quay.io/team/tool", or change the "repository" of images[1] in the deployed list, and deploy'
  expect(refusal(images)).toBe(expected)
})

test.each<[string, ImageEntry]>([
  ['a name that a pattern matches', { source: 'quay.io/a/b:1', repository: 'team/app' }],
  ['a name that is listed', { source: 'quay.io/a/b:1', repository: 'tools' }],
  ['the region where people push', { source: 'quay.io/a/b:1', repository: 'team/x', regions: ['us-east-1'] }],
  [
    'another repository of this account',
    { source: `${own('us-east-1')}/other/app:1`, repository: 'team/app' },
  ],
  ['a region without pushes', { source: `${own('ap-south-1')}/team/app:1`, repository: 'team/app' }],
])('nor a repository that people push to: %s', (_, image) => {
  expect(refusal([image], {}, ACCOUNT)).toMatch(
    /which people push to \(its deployed "push\.repositories" are team\/\*, tools\)/,
  )
})

test('nor with a namespace that may contain such a repository', () => {
  const images = [{ source: `${own('us-east-1')}/other/*`, tags: { include: ['1'] } }]
  const custom = listOf({ ...DEPLOYED, prefix: 'team', images })
  const pushed = (name: string) => ({ ...DEPLOYED, push: { repositories: [name] } })
  expect(takeovers(custom, pushed('team/other/app'), ACCOUNT)).toHaveLength(1)
  expect(takeovers(custom, pushed('team/app'), ACCOUNT)).toEqual([])
})

test.each<[string, ImageEntry]>([
  ['the same source', 'redis:6'],
  ['the same source under another name of its host', 'index.docker.io/library/redis:6'],
  ['another repository', 'quay.io/team/app:1'],
  [
    'a region that the deployed list leaves out',
    { source: 'quay.io/a/b:1', repository: 'base/app', regions: ['ap-south-1'] },
  ],
  [
    'the source of that region',
    { source: 'ghcr.io/team/app:2', repository: 'base/app', regions: ['eu-west-1'] },
  ],
  ['a push again, as a rerun does', { source: `${own('us-east-1')}/team/app:1`, repository: 'team/app' }],
  [
    'a region that pushes are not copied to',
    { source: 'quay.io/a/b:1', repository: 'team/x', regions: ['ap-south-1'] },
  ],
  [
    'the same repository of another region',
    { source: `${own('us-east-1')}/mirror/redis:7`, repository: 'mirror/redis' },
  ],
])('%s may be written', (_, image) => {
  expect(refusal([image], {}, ACCOUNT)).toBeUndefined()
})

test('the images of an input are held against the deployed list, too', () => {
  expect(() => customList(['quay.io/redis:1'], 'input', { list: DEPLOYED })).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining('"mirror/redis"') }),
  )
})

const TEMPLATES = {
  harbor: { registry: 'harbor.example.com', repository: '{name}' },
  other: { registry: 'harbor.example.com', repository: '{flat}' },
}

function withTemplates(images: ImageEntry[], targets: string[] = ['harbor']): string[] {
  return collisions(listOf({ targets: TEMPLATES, defaults: { targets }, images })).map(({ text }) => text)
}

test('sources that a template gives one name collide, with the template to change', () => {
  expect(withTemplates(['quay.io/a/app:1', 'quay.io/b/app:1'])).toEqual([
    'images[1]: quay.io/b/app and images[0] (quay.io/a/app) would both land in "harbor.example.com/app"; use {registry} and {path} in "repository" of the target "harbor", or give one of them a "repository" of its own, such as "quay.io/b/app"',
  ])
  expect(withTemplates(['quay.io/a/app:1', 'quay.io/b/app:1'], ['other'])).toEqual([])
})

test('two targets that are one place for an image collide', () => {
  expect(withTemplates(['quay.io/app:1'], ['harbor', 'other'])).toEqual([
    'images[0]: its targets "harbor" and "other" are both "harbor.example.com/app"; remove one of them, or give one another "namespace" or "repository"',
  ])
  expect(withTemplates(['quay.io/team/app:1'], ['harbor', 'other'])).toEqual([])
})

test('two names of one image that a template makes one collide', () => {
  expect(withTemplates([{ source: 'quay.io/team/app:1', to: ['x/app', 'y/app'] }])).toEqual([
    'images[0].to: "x/app" and "y/app" are both "harbor.example.com/app" in harbor; use {path} or {flat} in "repository" of the target "harbor", or put all of its tags into one name',
  ])
})
