// What keys of other tools are answered with.
import { expect, test } from 'vitest'
import { meantByForeign } from '../../../../mirror/list/document/foreign-words.ts'
import { parseList } from '../../../../mirror/list/parse-list.ts'

function problemOf(image: string, more = ''): string {
  try {
    parseList(`regions: [us-east-1]\nimages:\n  - ${image}\n${more}`, 'mirror.yaml')
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

test.each([
  ['allow', 'here it is "include": exact tags, or regular expressions between slashes'],
  ['imagesByTagRegex', 'here it is "include"'],
  ['glob', 'here it is "include", with a regular expression between slashes: "1.2.*" is'],
  ['deny', 'here it is "exclude"'],
  ['semverRange', 'here it is "semver"'],
  ['semver_tags', 'here it is "semver"'],
  ['images-by-semver', 'here it is "semver"'],
  ['flavor', 'here it is "variant"'],
  ['limit', 'here it is "latest"'],
  ['sort', 'here it is "by" (version, date or name), next to "latest"'],
  ['min_tags', 'here it is "min"'],
  ['immutableTags', 'here it is "immutable"'],
  ['skip_existing', 'here it is "missingOnly: true"'],
  ['includePrerelease', 'here "semver" asks for prereleases by naming one'],
  ['missing_only', 'did you mean "missingOnly"?'],
])('tags.%s: %s', (key, text) => {
  const problem = problemOf(`{source: redis, tags: {${key}: x}}`)
  expect(problem).toContain(`mirror.yaml:3: unknown key "${key}" in images[0].tags; ${text}`)
})

test.each([
  ['semver', '; it belongs under "tags": {semver: …}'],
  ['latest', '; it belongs under "tags": {latest: …}'],
  ['allow', '; here it is "tags.include"'],
  ['semverRange', '; here it is "tags.semver"'],
  ['target', '; here "repository" is its name at the target'],
  ['platform', '; here it is "platforms"'],
  ['password', '; here it is "credentials", the name of a secret in Secrets Manager'],
  ['interval', '; here it is "schedule"'],
  ['digestTags', '; signatures and other artifacts are mirrored with their image'],
  ['tls-verify', '; registries are read over HTTPS'],
  ['type', '; a source without a tag is a whole repository'],
  ['digest', '; a digest belongs to the source'],
])('an image with %s: %s', (key, text) => {
  expect(problemOf(`{source: redis, ${key}: x}`)).toContain(`unknown key "${key}" in images[0]${text}`)
})

test('the source under another name is not missing as well', () => {
  expect(problemOf('{image: redis}')).toBe(
    'mirror.yaml:3: unknown key "image" in images[0]; here it is "source": the repository, with or without a tag',
  )
})

test.each([
  ['sync: []', 'unknown key "sync"; here it is "images"'],
  ['creds: []', 'unknown key "creds"; name a secret with "credentials" at the image'],
  ['version: 1', 'unknown key "version"; a list has no version'],
  ['tags: {}', 'unknown key "tags"; it belongs to an image, or under "defaults"'],
  ['defaults: {semverRange: x}', 'unknown key "semverRange" in defaults; here it is "tags.semver"'],
])('a list with %s: %s', (line, text) => {
  expect(problemOf('redis', line)).toContain(`mirror.yaml:4: ${text}`)
})

test('a version that YAML takes for a number is answered with quotes', () => {
  expect(problemOf('{source: redis, tags: {semver: 7.10}}')).toContain(
    'images[0].tags.semver must be text: write it in quotes, "7.10"',
  )
})

test('advice names keys alone that the place has', () => {
  expect(meantByForeign('allow', 'Tags', ['include'])?.key).toBe('include')
  expect(meantByForeign('allow', 'Tags', ['exclude'])).toBeUndefined()
  expect(meantByForeign('allow', 'Vpc', ['id'])).toBeUndefined()
})
