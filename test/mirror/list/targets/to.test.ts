// The names that `to` gives an image.
import { expect, test } from 'vitest'
import { parseList } from '../../../../mirror/list/parse-list.ts'
import { planItems } from '../../../../mirror/plan/plan.ts'

function listOf(image: Record<string, unknown>) {
  const list = {
    regions: ['us-east-1'],
    prefix: 'mirror',
    images: ['nginx', { source: 'golang:1.17', ...image }],
  }
  return parseList(JSON.stringify(list), 'list.json')
}

function planned(image: Record<string, unknown>) {
  const items = planItems({ list: listOf(image), file: 'input' }).slice(1)
  return items.map(({ id, repository, select }) => [id, repository, select.names])
}

test('an image has an item for each repository, with its tags there', () => {
  expect(planned({ to: ['golang:1.17', 'golang:latest', 'base/golang', 'base/go', 'base/go:old'] })).toEqual([
    ['00002-golang', 'golang', ['1.17', 'latest']],
    ['00002.2-golang', 'base/golang', undefined],
    ['00002.3-go', 'base/go', [null, 'old']],
  ])
})

test('its repositories are compared with those of other images', () => {
  expect(() => listOf({ to: ['base/golang', 'mirror/nginx'] })).toThrow('would both land in "mirror/nginx"')
})

test.each([
  [{ to: ['golang', 'golang'] }, 'images[1].to[1]: "golang" appears twice; remove one of them'],
  [{ to: [':1'] }, 'images[1].to[0]: ":1" has no repository; write it as "golang:1.17" or "golang"'],
  [{ to: ['golang:-'] }, 'images[1].to[0]: the tag "-" must be 1 to 128'],
  [
    { to: ['golang'], repository: 'go' },
    'images[1].repository: "to" names the repositories; remove "repository"',
  ],
  [
    { source: 'golang', tags: { include: ['/^1/'] }, to: ['golang:latest'] },
    'images[1].to: a name with a tag is for one tag of the source, but "tags" selects several',
  ],
  [{ source: 'golang', tags: { exclude: ['1'] }, to: ['golang:latest'] }, 'but "tags" selects several'],
  [
    { source: 'golang', tags: { include: ['1.17'], semver: '>=1.18' }, to: ['golang:latest'] },
    'but "tags" selects several',
  ],
])('refuses %j', (image, problem) => {
  expect(() => listOf(image)).toThrow(problem)
})

test.each([
  { source: 'golang', tags: { include: ['/^1/'] }, to: ['golang', 'go'] },
  { source: 'golang', tags: { semver: '1', latest: 1 }, to: ['golang:stable'] },
  { source: 'golang', tags: { include: ['1.17'] }, to: ['golang:stable'] },
  { tags: { immutable: ['1.17'] }, to: ['golang:stable'] },
])('accepts %j', (image) => {
  expect(() => listOf(image)).not.toThrow()
})
