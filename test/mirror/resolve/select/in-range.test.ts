// Versions in ranges, compared with the library's own test of them.
import { Range, SemVer } from 'semver'
import { expect, test } from 'vitest'
import { isInRange } from '../../../../mirror/resolve/select/in-range.ts'
import { compareCore } from '../../../../mirror/resolve/select/version.ts'

const RANGES = [
  '*',
  '>=1.2 <3',
  '^1.2.3',
  '~1.2',
  '1.x || >=3',
  '1.2.3',
  '<1.2.3',
  '<=1.2.3 >1',
  '1.2 - 2',
  '>=1.3.0-rc.1',
  '>=1.3.0-0 <2',
  '^1.3.0-beta.2 || 2.0.0-alpha',
  '<2.0.0',
  '^0.0.3',
]
const NUMBERS = [
  '0.0.3',
  '0.0.4',
  '1.0.0',
  '1.2.2',
  '1.2.3',
  '1.2.10',
  '1.3.0',
  '1.3.1',
  '2.0.0',
  '3.0.0',
  '10.0.0',
]
const PRERELEASES = [
  '',
  '-0',
  '-alpha',
  '-alpha.1',
  '-beta.2',
  '-beta.10',
  '-rc.1',
  '-rc.1.1',
  '-rc',
  '-1.rc',
]
const VERSIONS = NUMBERS.flatMap((numbers) => PRERELEASES.map((word) => new SemVer(numbers + word)))

test.each(RANGES)('%s contains the versions that npm says', (text) => {
  const range = new Range(text)
  const inside = VERSIONS.filter((version) => isInRange(version, range)).map(({ version }) => version)
  expect(inside).toEqual(VERSIONS.filter((version) => range.test(version)).map(({ version }) => version))
})

test('versions are ordered as npm orders them', () => {
  for (const one of VERSIONS) {
    for (const other of VERSIONS) {
      expect(Math.sign(compareCore(one, other)), `${one}, ${other}`).toBe(one.compare(other))
    }
  }
})
