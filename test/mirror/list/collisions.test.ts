// Which entries are in each other's way.
import { expect, test } from 'vitest'
import { collisions } from '../../../mirror/list/collisions.ts'
import type { ImageEntry, List } from '../../../mirror/list/config.ts'
import { listOf } from '../lists.ts'

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
