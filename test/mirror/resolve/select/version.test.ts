// Recognizes versions among tags, and orders them.
import { expect, test } from 'vitest'
import { newestFirst, parseVersion, resemblesVersion } from '../../../../mirror/resolve/select/version.ts'

function read(tag: string): string | undefined {
  const version = parseVersion(tag)
  if (version === undefined) return undefined
  const { major, minor, patch, prerelease, fourth, variant } = version
  const core = `${major}.${minor}.${patch}${prerelease.length === 0 ? '' : `-${prerelease.join('.')}`}`
  return [core, ...(fourth === 0 ? [] : [`fourth ${fourth}`]), ...(variant && [variant])].join(' ')
}

test.each([
  ['1.2.3', '1.2.3'],
  ['v1.2.3', '1.2.3'],
  ['16.4', '16.4.0'],
  ['v1.2', '1.2.0'],
  ['1.2.3.4', '1.2.3 fourth 4'],
  ['17.0.9_9', '17.0.9 fourth 9'],
  ['17.0.9_9-jdk-alpine', '17.0.9 fourth 9 jdk-alpine'],
  ['1.2.3_vmware.1', '1.2.3'],
])('%s is the version %s', (tag, version) => {
  expect(read(tag)).toBe(version)
})

test.each([
  '1',
  'v4',
  '7-alpine',
  '20240115',
  '2024.01.15',
  '01.02.03',
  '22.04',
  '1.2.3.4.5',
  '1.2.3a',
  '1.2.3.Final',
  'release-1.2.3',
  'V1.2.3',
  'latest',
  'nightly',
  '1.2.3-',
  '1.2.3-alpine-',
  '1..3',
  'main-1.2.3',
  `sha256-${'1'.repeat(64)}.sig`,
  `${'9'.repeat(16)}.0.0`,
])('%s is no version', (tag) => {
  expect(read(tag)).toBeUndefined()
})

test.each([
  ['3.22.1-alpine', '3.22.1 alpine'],
  ['3.9.1-1', '3.9.1 1'],
  ['1.27.3-debian-12-r4', '1.27.3 debian-12-r4'],
  ['5.2.3-r0-ls123', '5.2.3 r0-ls123'],
  ['1.2.3-developer', '1.2.3 developer'],
  ['1.2.3-prefix', '1.2.3 prefix'],
  ['1.2.3-canary', '1.2.3 canary'],
])('the suffix of %s is a variant: %s', (tag, version) => {
  expect(read(tag)).toBe(version)
})

test.each([
  ['1.3.0-rc.1', '1.3.0-rc.1'],
  ['1.3.0-rc1', '1.3.0-rc.1'],
  ['1.3.0-RC-01', '1.3.0-rc.1'],
  ['1.3.0-alpha', '1.3.0-alpha'],
  ['1.3.0-beta2', '1.3.0-beta.2'],
  ['1.3.0-pre.4', '1.3.0-pre.4'],
  ['1.3.0-preview1', '1.3.0-preview.1'],
  ['1.3.0-dev', '1.3.0-dev'],
  ['1.3.0-nightly-20240115', '1.3.0-nightly.20240115'],
  ['1.3-SNAPSHOT', '1.3.0-snapshot'],
  ['3.14.0rc1', '3.14.0-rc.1'],
  ['3.14.0a7-slim', '3.14.0-a.7 slim'],
  ['3.19.0_rc1', '3.19.0-rc.1'],
  ['1.3.0-rc.1-alpine', '1.3.0-rc.1 alpine'],
  ['1.3.0-alpine-rc2', '1.3.0-rc.2 alpine'],
  ['1.3.0-beta.20240115.abc', '1.3.0-beta.20240115.abc'],
])('%s is a prerelease: %s', (tag, version) => {
  expect(read(tag)).toBe(version)
})

test('newer versions come first; numbers count as numbers', () => {
  const inOrder = [
    ['1.10.0', '1.9.0'],
    ['1.3.0', '1.3.0-rc.1'],
    ['1.3.0-rc10', '1.3.0-rc9'],
    ['1.3.0-rc.1', '1.3.0-beta.2'],
    ['1.2.3.4', '1.2.3'],
    ['1.2.3.10', '1.2.3.9'],
    ['17.0.9_10', '17.0.9_9'],
    ['1.27.3-debian-12-r10', '1.27.3-debian-12-r9'],
    ['3.9.1-10', '3.9.1-9'],
  ]
  for (const [newer = '', older = ''] of inOrder)
    expect(order(newer, older), `${newer}, ${older}`).toBeLessThan(0)
})

test.each([
  ['v1.2.3', '1.2.3'],
  ['16.4', '16.4.0'],
  ['1.2.3_vmware.1', '1.2.3'],
])('%s and %s are the same version', (one, other) => {
  expect(order(one, other)).toBe(0)
})

test('a family is a variant without the number of its rebuild', () => {
  const families = [
    '1.0.0-debian-12-r4',
    '1.0.0-debian-12',
    '1.0.0-7',
    '1.0.0-r7',
    '1.0.0-alpine3.20',
    '1.0.0',
  ]
  expect(families.map((tag) => parseVersion(tag)?.family)).toEqual([
    'debian-12',
    'debian-12',
    '#',
    'r#',
    'alpine3.20',
    '',
  ])
})

test('tags that people would take for versions are recognized', () => {
  expect(['22.04', 'v1.2.3.Final', '2024.01.15'].every(resemblesVersion)).toBe(true)
  expect(['7', 'latest', 'nightly-1.2', '20240115'].some(resemblesVersion)).toBe(false)
})

function order(one: string, other: string): number {
  const [first, second] = [parseVersion(one), parseVersion(other)]
  if (first === undefined || second === undefined) throw new Error(`${one} or ${other} is no version`)
  return newestFirst(first, second)
}
