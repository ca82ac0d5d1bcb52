// Looks up the artifacts of all platforms if there are few, and of each platform once a day if there are many.
import { expect, test } from 'vitest'
import type { Artifact } from '../../../mirror/documents.ts'
import { createListingGaps } from '../../../mirror/resolve/listing-gaps.ts'
import type { Remembered } from '../../../mirror/resolve/memory/remembered.ts'
import { artifactsOfPlatforms } from '../../../mirror/resolve/platform-artifacts.ts'
import { descriptorOf, digestOf } from './sources.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const HOUR = 3_600_000
const platformsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => digestOf(`platform ${n}`)).sort()

/** A source with an SBOM for each platform, except those that it does not list. */
async function ask(
  platforms: readonly string[],
  remembered: Remembered['platforms'] | undefined,
  { now = NOW, silent = [] }: { now?: number; silent?: readonly string[] } = {},
) {
  let asked: readonly string[] = []
  const gaps = createListingGaps('docker.io/library/app')
  const search = {
    async about(subjects: readonly string[]): Promise<Artifact[]> {
      asked = subjects
      for (const digest of silent) gaps.add(digest, 'no')
      return subjects
        .filter((digest) => !silent.includes(digest))
        .map((subject) => ({ ...descriptorOf(`sbom of ${subject}`), subject }))
    },
  }
  const result = await artifactsOfPlatforms(platforms, { search, gaps, remembered, now })
  return { ...result, asked, warning: gaps.warning() }
}

test('four platforms are asked about on every run', async () => {
  const platforms = platformsOf(4)
  const first = await ask(platforms, {})
  const second = await ask(platforms, first.remembered, { now: NOW + HOUR })
  expect(second.asked).toEqual(platforms)
  expect(second.remembered).toEqual(first.remembered)
})

test('five are asked about once a day, and their artifacts are known in between', async () => {
  const platforms = platformsOf(5)
  const first = await ask(platforms, {})
  const second = await ask(platforms, first.remembered, { now: NOW + 19 * HOUR })
  expect(second.asked).toEqual([])
  expect(second.artifacts).toEqual(first.artifacts)
  expect((await ask(platforms, first.remembered, { now: NOW + 24 * HOUR })).asked).toHaveLength(5)
})

test('a platform that is new is asked about at once', async () => {
  const platforms = platformsOf(6)
  const { remembered } = await ask(platforms.slice(1), {})
  expect((await ask(platforms, remembered)).asked).toEqual(platforms.slice(0, 1))
})

test('what was not told is asked for again by the next run, and what was known before still counts', async () => {
  const platforms = platformsOf(5)
  const [silent = ''] = platforms
  const first = await ask(platforms, {}, { silent: [silent] })
  expect((await ask(platforms, first.remembered)).asked).toEqual([silent])
  const whole = await ask(platforms, {})
  const later = await ask(platforms, whole.remembered, { now: NOW + 24 * HOUR, silent: [silent] })
  expect(later.artifacts.get(silent)).toEqual(whole.artifacts.get(silent))
})

test('platforms that are gone are forgotten', async () => {
  const platforms = platformsOf(5)
  const { remembered } = await ask(platforms, {})
  expect(Object.keys((await ask(platforms.slice(0, 4), remembered)).remembered)).toHaveLength(4)
})

test('a run asks about 500 at most, says so, and the next one goes on', async () => {
  const platforms = platformsOf(600)
  const first = await ask(platforms, {})
  expect(first.asked).toHaveLength(500)
  expect(first.warning).toContain('the next run continues')
  const second = await ask(platforms, first.remembered)
  expect(second.asked).toHaveLength(100)
  expect(second.warning).toBeUndefined()
})

test('without a memory, all are asked about', async () => {
  expect((await ask(platformsOf(600), undefined)).asked).toHaveLength(600)
})
