// The newest tags by the dates of their images, and what these dates cost.
import { expect, test } from 'vitest'
import type { Select } from '../../../../mirror/contract.ts'
import { NOTHING_REMEMBERED, type Remembered } from '../../../../mirror/resolve/memory/remembered.ts'
import { resolveImage } from '../../../../mirror/resolve/resolve.ts'
import { MAX_DATED } from '../../../../mirror/resolve/select/dates.ts'
import { RegistryError } from '../../../../registry/model/errors.ts'
import { digestOf, type SourceContent, sourceOf } from '../sources.ts'

const CONTENT = {
  tags: { blue: 'b', green: 'g', red: 'r', white: 'w' },
  created: {
    b: '2026-01-02T00:00:00Z',
    g: '2026-03-04T05:06:07.123456789Z',
    r: '2026-02-03T00:00:00+02:00',
    w: '1970-01-01T00:00:00Z',
  },
}

async function resolve(content: SourceContent, given: Partial<Select> = {}, remembered = NOTHING_REMEMBERED) {
  const source = sourceOf(content)
  const select = { include: [], exclude: [], latest: 2, by: 'date' as const, ...given }
  let next: Remembered = remembered
  const remember = async (known: Remembered) => {
    next = known
  }
  const run = resolveImage(source, { image: 'redis', select }, { remembered, remember })
  const resolved = await run.catch((error: Error) => error)
  const isFailed = resolved instanceof Error
  return {
    tags: isFailed ? [] : resolved.tags.map(({ tag }) => tag),
    warnings: isFailed ? [] : (resolved.warnings ?? []),
    error: isFailed ? resolved : undefined,
    remembered: next,
    reads: source.asked.filter((request) => /^(GET|BLOB)/.test(request)),
    asked: source.asked,
  }
}

test('the newest are chosen by the dates of their configs', async () => {
  expect((await resolve(CONTENT)).tags).toEqual(['green', 'red'])
})

test('each digest costs a manifest and a config once, however many tags it has and runs there are', async () => {
  const content = { ...CONTENT, tags: { ...CONTENT.tags, 'also-green': 'g' } }
  const first = await resolve(content)
  expect(first.reads).toHaveLength(8)
  const second = await resolve(content, {}, first.remembered)
  expect(second.reads).toEqual([])
  expect(second.tags).toEqual(first.tags)
})

test('an index has the date of its first platform, and is read once for dates and artifacts', async () => {
  const content = { ...CONTENT, tags: { ...CONTENT.tags, index: 'i' }, platforms: { i: ['g', 'b'] } }
  const { tags, reads } = await resolve(content, { latest: 1, include: ['/i/'] })
  expect(tags).toEqual(['index'])
  expect(reads.filter((request) => request === `GET ${digestOf('i')}`)).toHaveLength(1)
})

test('equal dates are ordered by name, in which numbers count as numbers', async () => {
  const tags = { 'build-9': 'w', 'build-10': 'w', 'build-8': 'w' }
  expect((await resolve({ ...CONTENT, tags })).tags).toEqual(['build-10', 'build-9'])
})

test('images without a date come last, with a warning', async () => {
  const { tags, warnings } = await resolve({ ...CONTENT, created: { ...CONTENT.created, g: 'yesterday' } })
  expect(tags).toEqual(['red', 'blue'])
  expect(warnings).toEqual([
    'docker.io/library/redis: 1 tag has no readable date and counts as the oldest: green',
  ])
})

test('a blocked tag counts as the oldest, with a warning', async () => {
  const failure = (request: string) =>
    request === 'HEAD green' ? new RegistryError('no', { kind: 'refused' }) : undefined
  const { tags, warnings } = await resolve({ ...CONTENT, failure })
  expect(tags).toEqual(['red', 'blue'])
  expect(warnings).toEqual([expect.stringContaining('the oldest: green')])
})

test('during an outage nothing is selected, as older tags would take the place of the newest', async () => {
  const failure = (request: string) =>
    request === 'HEAD green' ? new RegistryError('no answer', { kind: 'unavailable' }) : undefined
  expect((await resolve({ ...CONTENT, failure })).error).toMatchObject({ name: 'RegistryUnavailable' })
})

test('a rate limit loses no date: the next try reads the others alone', async () => {
  let left = 5
  const failure = (request: string) =>
    /^(GET|BLOB)/.test(request) && left-- <= 0
      ? new RegistryError('wait', { kind: 'rateLimited' })
      : undefined
  const first = await resolve({ ...CONTENT, failure })
  expect(first.error).toMatchObject({ kind: 'rateLimited' })
  const second = await resolve(CONTENT, {}, first.remembered)
  expect(second.tags).toEqual(['green', 'red'])
  expect(second.reads.length).toBeLessThan(8)
})

test('dates are read for the tags alone that are left before the last stage', async () => {
  const { reads, tags } = await resolve(CONTENT, { include: ['/e/'], exclude: ['white'] })
  expect(tags).toEqual(['green', 'red'])
  expect(reads).toHaveLength(6)
})

test('too many tags are refused with ways to have fewer', async () => {
  const tags = Object.fromEntries(Array.from({ length: MAX_DATED + 1 }, (_, index) => [`t${index}`, 'w']))
  const { error, asked } = await resolve({ ...CONTENT, tags })
  expect(error).toMatchObject({ name: 'InvalidInput' })
  expect(error?.message).toContain('narrow "tags" with "include", "semver" or "exclude", or use "by: name"')
  expect(asked).toEqual(['tags'])
})

test('immutable tags are not asked for again, and keep their dates', async () => {
  const first = await resolve(CONTENT, { immutable: ['/./'] })
  const second = await resolve(CONTENT, { immutable: ['/./'] }, first.remembered)
  expect(second.tags).toEqual(['green', 'red'])
  expect(second.asked.filter((request) => request.includes('green') || request.includes('red'))).toEqual([])
})
