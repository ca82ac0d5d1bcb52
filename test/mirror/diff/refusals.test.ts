// A target that has refused an artifact counts as in sync without it.
import { expect, test } from 'vitest'
import { type Refusal, refusalOf, refusalSchema, warningsInstead } from '../../../mirror/diff/refusals.ts'
import type { Artifact } from '../../../mirror/documents.ts'
import { descriptorOf } from '../resolve/sources.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const DAY = 86_400_000
const LASTING = { now: NOW, lasting: true }
const image = descriptorOf('image')
const artifact = (name: string): Artifact => ({ ...descriptorOf(name), subject: image.digest })
const [sbom, signature] = [artifact('sbom'), artifact('signature')]

function warnings(artifacts: readonly Artifact[], known: readonly (Refusal | undefined)[], now = NOW) {
  return warningsInstead({ tags: [], artifacts }, async () => known, now)
}

test('warns of a permanently refused artifact instead of trying it for a week', async () => {
  const refusal = refusalSchema.parse(refusalOf(sbom, 'the SBOM was not copied', LASTING))
  const told = ['the SBOM was not copied; next attempt after 2026-11-28T12:00Z']
  expect(await warnings([sbom], [refusal])).toEqual(told)
  expect(await warnings([sbom], [refusal], NOW + 7 * DAY - 1)).toEqual(told)
  expect(await warnings([sbom], [refusal], NOW + 7 * DAY)).toBeUndefined()
})

test('tries a temporarily refused artifact again on the same day, but not in every run', async () => {
  const refusal = refusalOf(sbom, 'the SBOM was not copied', { now: NOW, lasting: false })
  expect(await warnings([sbom], [refusal], NOW + DAY / 8)).toEqual([
    'the SBOM was not copied; next attempt after 2026-11-21T18:00Z',
  ])
  expect(await warnings([sbom], [refusal], NOW + DAY / 4)).toBeUndefined()
})

test.each([
  [
    'another artifact is missing that nobody has refused',
    [sbom, signature],
    [refusalOf(sbom, 'no', LASTING)],
  ],
  ['the refusal was of another digest behind that tag', [sbom], [refusalOf(signature, 'no', LASTING)]],
  ['nothing is known', [sbom], [undefined]],
])('starts a build if %s', async (_, artifacts, known) => {
  expect(await warnings(artifacts, known)).toBeUndefined()
})

test('starts a build for a missing tag without reading refusals', async () => {
  const find = () => Promise.reject(new Error('not to be called'))
  const missing = { tags: [{ tag: '1.0', ...image }], artifacts: [sbom] }
  expect(await warningsInstead(missing, find, NOW)).toBeUndefined()
})
