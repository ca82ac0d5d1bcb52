// Distinguishes image tags, and describes missing tags.
import { expect, test } from 'vitest'
import { isImageTag, missingTags } from '../../../mirror/resolve/image-tags.ts'

const HEX = 'a'.repeat(64)

test.each([
  ['7.4', true],
  ['sha256-of-something', true],
  [`sha256-${HEX}`, false],
  [`sha256-${HEX}.sig`, false],
  [`sha512-${HEX}${HEX}.att`, false],
])('is %s an image? %s', (tag, expected) => {
  expect(isImageTag(tag)).toBe(expected)
})

test('a missing tag is told with what is near it', () => {
  expect(
    missingTags(['7.3', 'unheard-of'], ['7.4', '7.2', `sha256-${HEX}.sig`, '8.0'], 'docker.io/library/redis'),
  ).toBe('docker.io/library/redis has no tag "7.3" (the closest are 7.4, 7.2, 8.0), no tag "unheard-of"')
})
