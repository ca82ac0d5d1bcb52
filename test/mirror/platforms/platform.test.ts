// Normalizes platform names from lists, indexes and configs.
import { expect, test } from 'vitest'
import {
  normalPlatform,
  platformName,
  platformProblem,
  wantedPlatforms,
} from '../../../mirror/platforms/platform.ts'

test.each([
  ['linux/arm64', 'linux/arm64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm64/8', 'linux/arm64'],
  ['linux/arm64/v8.0', 'linux/arm64'],
  ['linux/arm64/v9', 'linux/arm64/v9'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/arm/7', 'linux/arm/v7'],
  ['linux/arm/v7', 'linux/arm/v7'],
  ['linux/arm/v6', 'linux/arm/v6'],
  ['linux/armhf', 'linux/arm/v7'],
  ['linux/armel', 'linux/arm/v6'],
  ['linux/x86_64', 'linux/amd64'],
  ['linux/x86-64', 'linux/amd64'],
  ['linux/amd64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/i386', 'linux/386'],
  ['Linux/AMD64', 'linux/amd64'],
  ['macos/arm64', 'darwin/arm64'],
])('names %s %s, like containerd', (text, name) => {
  expect(normalPlatform(text)).toBe(name)
  const [os, architecture, variant] = text.split('/')
  expect(platformName({ os, architecture, ...(variant && { variant }) })).toBe(name)
})

test.each([
  [undefined],
  [null],
  ['linux/amd64'],
  [{}],
  [{ os: 'linux' }],
  [{ os: '', architecture: '' }],
  [{ os: 'unknown', architecture: 'unknown' }],
  [{ os: 1, architecture: ['amd64'] }],
  [{ os: 'linux', architecture: 'amd64\u001b[2J' }],
  [{ os: 'linux', architecture: 'a'.repeat(65) }],
])('finds no platform in %j', (value) => {
  expect(platformName(value)).toBeUndefined()
})

test('leaves the version of Windows out, so that several images have one platform', () => {
  const versions = ['10.0.17763.6893', '10.0.20348.3091']
  const names = versions.map((version) =>
    platformName({ os: 'windows', architecture: 'amd64', 'os.version': version }),
  )
  expect(names).toEqual(['windows/amd64', 'windows/amd64'])
})

test.each([
  'linux/amd64',
  'linux/arm/v7',
  'windows/amd64',
  'linux/aarch64',
  'macos/arm64',
  'wasip1/wasm',
  'all',
])('accepts %s', (text) => {
  expect(platformProblem(text)).toBeUndefined()
})

test.each([
  ['amd64', 'did you mean "linux/amd64"?'],
  ['aarch64', 'did you mean "linux/arm64"?'],
  ['amd64/linux', 'did you mean "linux/amd64"?'],
  ['linx/amd64', '"linx" is no operating system; did you mean "linux"?'],
  ['linux/amd46', '"amd46" is no architecture; did you mean "amd64"?'],
  ['linux/amd64,linux/arm64', 'give each platform an entry of its own'],
  ['linux', 'such as linux/amd64'],
  ['*', 'did you mean "all"?'],
  ['linux/*', 'such as linux/amd64'],
  ['linux/arm/v7/x', 'such as linux/amd64'],
  ['', 'such as linux/amd64'],
])('refuses %j with a fix', (text, fix) => {
  expect(platformProblem(text)).toMatch(/^must be an operating system and an architecture, /)
  expect(platformProblem(text)).toContain(fix)
})

test('wants all platforms without the key, and with "all"', () => {
  expect(wantedPlatforms(undefined)).toBeUndefined()
  expect(wantedPlatforms(['all'])).toBeUndefined()
})

test('wants each platform once, in an order of its own', () => {
  expect(wantedPlatforms(['linux/arm64/v8', 'linux/amd64', 'linux/arm64'])).toEqual([
    'linux/amd64',
    'linux/arm64',
  ])
})
