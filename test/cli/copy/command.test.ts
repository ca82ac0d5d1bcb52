import { expect, test } from 'vitest'
import { copyCommand } from '../../../cli/copy/command.ts'
import { UsageError } from '../../../cli/program/usage-error.ts'
import { formatReference } from '../../../registry/model/reference.ts'
import { parsed } from '../parsed.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

const copyOf = (...args: readonly string[]) => parsed(copyCommand, args)

test.each([
  [['redis', 'ghcr.io/a/redis'], 'docker.io/library/redis:latest', ['ghcr.io/a/redis:latest']],
  [['redis:7.4', 'ghcr.io/a/redis'], 'docker.io/library/redis:7.4', ['ghcr.io/a/redis:7.4']],
  [['redis:7.4', 'ghcr.io/a/redis:x'], 'docker.io/library/redis:7.4', ['ghcr.io/a/redis:x']],
  [['docker://quay.io/a/b:1', 'docker://c.io/b'], 'quay.io/a/b:1', ['c.io/b:1']],
  [[`quay.io/a/b@${DIGEST}`, 'c.io/b'], `quay.io/a/b@${DIGEST}`, ['c.io/b']],
  [[`quay.io/a/b@${DIGEST}`, 'c.io/b:1'], `quay.io/a/b@${DIGEST}`, ['c.io/b:1']],
  [[`quay.io/a/b:1@${DIGEST}`, 'c.io/b'], `quay.io/a/b:1@${DIGEST}`, ['c.io/b:1']],
  [
    ['quay.io/a/b:1', 'c.io/b', 'd.io/b:2', 'c.io/b:3'],
    'quay.io/a/b:1',
    ['c.io/b:1', 'd.io/b:2', 'c.io/b:3'],
  ],
  [['--all-tags', 'quay.io/a/b', 'c.io/b'], 'quay.io/a/b', ['c.io/b']],
])('parses %j as a copy of %s to %j', (args, source, targets) => {
  const options = copyOf(...args)
  expect(formatReference(options.source)).toBe(source)
  expect(options.targets.map(formatReference)).toEqual(targets)
})

test('copies everything that belongs to the image by default, and creates nothing', () => {
  expect(copyOf('a.io/b', 'c.io/d')).toMatchObject({
    allTags: false,
    artifacts: true,
    create: false,
    dryRun: false,
    json: false,
  })
})

test('accepts flags in any position', () => {
  const options = copyOf('-a', 'a.io/b', '--no-artifacts', 'c.io/d', '--create', '--dry-run', '--json')
  expect(options).toMatchObject({ allTags: true, artifacts: false, create: true, dryRun: true, json: true })
})

test('platforms may be given apart or together', () => {
  const options = copyOf(
    '--platform',
    'linux/amd64,linux/arm64',
    '--platform',
    'linux/arm/v7',
    'a.io/b',
    'c.io/d',
  )
  expect(options.platforms).toEqual(['linux/amd64', 'linux/arm64', 'linux/arm/v7'])
  expect(copyOf('a.io/b', 'c.io/d').platforms).toBeUndefined()
  expect(copyOf('a.io/b', 'c.io/d', '--platform', 'linux/amd64', '--as', 'manifest').as).toBe('manifest')
})

test.each([
  [[], "missing required argument 'source'\nUsage: copy [options] <source> <target...>"],
  [['redis'], "missing required argument 'target'"],
  [['Redis:7 4', 'c.io/d'], '"Redis:7 4" is not an image reference'],
  [['redis', 'c.io/d:'], 'the tag "" must be'],
  [['redis', `c.io/d@${DIGEST}`], 'remove "@'],
  [['--all-tags', 'a.io/b:1', 'c.io/d'], 'write a.io/b:1 without its tag'],
  [['--all-tags', 'a.io/b', 'c.io/d:2'], 'write c.io/d:2 without its tag'],
  [['a.io/b:1', 'a.io/b'], 'a.io/b:1 is both the source and a target'],
  [['a.io/b:1', 'c.io/d', 'c.io/d:1'], 'c.io/d:1 is given as a target twice'],
  [
    ['a.io/b', 'c.io/d', '--platform', 'amd64'],
    '--platform: "amd64" must be an operating system and an architecture',
  ],
  [['a.io/b', 'c.io/d', '--platform', 'linux/amd64,'], '--platform: "" must be'],
  [['a.io/b', 'c.io/d', '--as', 'manifest'], '--as manifest needs exactly one --platform'],
  [
    ['a.io/b', 'c.io/d', '--as', 'manifest', '--platform', 'linux/amd64,linux/arm64'],
    'needs exactly one --platform',
  ],
  [['a.io/b', 'c.io/d', '--as', 'image'], "'image' is invalid. Allowed choices are index, manifest."],
  [['a.io/b', 'c.io/d', '--dryrun'], "unknown option '--dryrun'\n(Did you mean --dry-run?)"],
])('refuses %j', (args, words) => {
  expect(() => parsed(copyCommand, args)).toThrow(UsageError)
  expect(() => parsed(copyCommand, args)).toThrow(words)
})
