// Mistakes in the platforms of a list, each with its place and its fix.
import { expect, test } from 'vitest'
import { checkList } from '../../../mirror/list/check-list.ts'
import { checkPlatforms } from '../../../mirror/list/check-platforms.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { listOf } from '../lists.ts'

type Given = Pick<Parameters<typeof listOf>[0], 'images' | 'defaults'>

function complaints(given: Given): string[] {
  return checkPlatforms(listOf({ regions: ['us-east-1'], ...given })).map(({ text }) => text)
}

test.each<[string, Given]>([
  ['platforms of an image', { images: [{ source: 'redis', platforms: ['linux/amd64', 'linux/arm64'] }] }],
  [
    'all platforms in spite of the defaults',
    { defaults: { platforms: ['linux/amd64'] }, images: [{ source: 'redis', platforms: ['all'] }] },
  ],
  [
    'one platform as a manifest',
    { images: [{ source: 'redis', platforms: ['linux/amd64'], as: 'manifest' }] },
  ],
  [
    'an index in spite of the defaults',
    {
      defaults: { platforms: ['linux/amd64'], as: 'manifest' },
      images: ['nginx', { source: 'redis', platforms: ['all'], as: 'index' }],
    },
  ],
])('%s are accepted', (_, given) => {
  expect(complaints(given)).toEqual([])
})

test.each<[string, Given, string[]]>([
  [
    'a platform in two spellings',
    { images: [{ source: 'redis', platforms: ['linux/arm64', 'linux/arm64/v8'] }] },
    ['images[0].platforms[1]: "linux/arm64/v8" is the platform linux/arm64 again; remove one of them'],
  ],
  [
    'all beside others',
    { defaults: { platforms: ['linux/amd64', 'all'] }, images: ['redis'] },
    ['defaults.platforms[1]: "all" includes the other platforms; remove it, or them'],
  ],
  [
    'a manifest of two platforms',
    { images: [{ source: 'redis', platforms: ['linux/amd64', 'linux/arm64'], as: 'manifest' }] },
    [
      'images[0].as: "as: manifest" needs exactly one platform, but "platforms" names 2; name one platform, or remove "as"',
    ],
  ],
  [
    'a manifest of all platforms',
    { images: [{ source: 'redis', as: 'manifest' }] },
    [
      'images[0].as: "as: manifest" needs exactly one platform, but all platforms are mirrored; name one platform, or remove "as"',
    ],
  ],
  [
    'two platforms where the defaults want a manifest',
    {
      defaults: { platforms: ['linux/amd64'], as: 'manifest' },
      images: [{ source: 'redis', platforms: ['linux/amd64', 'linux/arm64'] }],
    },
    [
      'images[0].platforms: "as: manifest" needs exactly one platform, but "platforms" names 2; name one platform, or set "as: index" for the image',
    ],
  ],
  [
    'defaults that contradict themselves, once',
    { defaults: { as: 'manifest' }, images: ['redis', 'nginx'] },
    [
      'defaults.as: "as: manifest" needs exactly one platform, but all platforms are mirrored; name one platform, or set "as: index" for the image',
    ],
  ],
])('%s is refused', (_, given, expected) => {
  expect(complaints(given)).toEqual(expected)
})

test('the whole list is checked for them', () => {
  const list = listOf({ regions: ['us-east-1'], images: [{ source: 'redis', as: 'manifest' }] })
  expect(checkList(list)).toHaveLength(1)
})

test('a misspelt platform is answered with its line and the word that was meant', () => {
  const text = 'regions: [us-east-1]\nimages:\n  - source: redis\n    platforms: [linux/amd64, linux/arm46]\n'
  expect(() => parseList(text, 'mirror.yaml')).toThrow(
    'mirror.yaml:4: images[0].platforms[1]: "linux/arm46" must be an operating system and an architecture, such as linux/amd64 or linux/arm/v7; "arm46" is no architecture; did you mean "arm64"?',
  )
})

test('a form that does not exist is answered with the nearest one', () => {
  const text = 'regions: [us-east-1]\nimages:\n  - {source: redis, platforms: [linux/amd64], as: manifests}\n'
  expect(() => parseList(text, 'mirror.yaml')).toThrow(
    'images[0].as: "manifests" is not allowed; did you mean "manifest"?',
  )
})
