// `image-mirror tags`, against a registry on loopback.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { endingOf } from '../../cli/program/ending.ts'
import { tagsCommand } from '../../cli/tags/command.ts'
import { tags } from '../../cli/tags.ts'
import { multiArch } from '../copy/images.ts'
import { failing, startRegistry, type TestRegistry } from '../copy/registries.ts'
import { documentOf } from './documents.ts'
import { parsed } from './parsed.ts'
import { screenOf } from './terminal/screen.ts'

const FROM = 'library/app'

let source: TestRegistry
beforeEach(async () => {
  source = await startRegistry()
  vi.stubEnv('DOCKER_CONFIG', '/nowhere')
  const build = await source.build(FROM)
  const image = await multiArch(build, '1.9.0')
  for (const tag of ['1.10.0', '1.10.0-rc.1', '1.10.1-alpine', '2.0.0', 'latest']) await build.tag(tag, image)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await source[Symbol.asyncDispose]()
})

const run = (...flags: string[]) => runOn(FROM, ...flags)

async function runOn(repository: string, ...flags: string[]) {
  const [stdout, stderr] = [screenOf(), screenOf()]
  const terminal = { stdout: stdout.stream, stderr: stderr.stream }
  const options = parsed(tagsCommand, [`${source.address}/${repository}`, ...flags])
  const status = await tags(options, terminal, new AbortController().signal)
  return { status, stdout: stdout.text(), stderr: stderr.text().replaceAll(source.address, 'host') }
}

test('prints the selected tags, and explains the others on standard error', async () => {
  expect(await run('--semver', '>=1.10', '--exclude', '/^2/')).toEqual({
    status: 0,
    stdout: '1.10.0\n',
    stderr: [
      'host/library/app',
      '  6 tags at the source',
      '    1 is no version: latest',
      '    1 is of another variant: 1.10.1-alpine',
      '    1 is a prerelease: 1.10.0-rc.1',
      '    1 is outside the range: 1.9.0',
      '    1 is excluded: 2.0.0',
      '    1 is selected',
      '',
    ].join('\n'),
  })
})

test.each([
  [
    ['--latest', '2'],
    ['2.0.0', '1.10.0'],
  ],
  [['--variant', 'alpine'], ['1.10.1-alpine']],
  [
    ['--include', '1.9.0', '--include', '/^2/'],
    ['1.9.0', '2.0.0'],
  ],
  [
    ['--semver', '1.9.x', '--semver', '>=2'],
    ['1.9.0', '2.0.0'],
  ],
  [[], ['1.10.0', '1.10.0-rc.1', '1.10.1-alpine', '1.9.0', '2.0.0', 'latest']],
])('%j selects %j', async (flags, selected) => {
  expect((await run(...flags)).stdout.trim().split('\n')).toEqual(selected)
})

test('selects the newest by the dates of the images', async () => {
  const build = await source.build('library/dated')
  for (const day of ['05', '09', '07']) {
    const config = await build.blob(
      'application/vnd.oci.image.config.v1+json',
      JSON.stringify({ created: `2026-01-${day}T00:00:00Z` }),
    )
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    await build.tag(`of-${day}`, await build.manifest({ mediaType, config, layers: [] }))
  }
  expect((await runOn('library/dated', '--latest', '2', '--by', 'date')).stdout).toBe('of-09\nof-07\n')
})

test('prints one JSON document for programs', async () => {
  const { status, stdout, stderr } = await run('--include', '1.9.0', '--include', '/0$/', '--json')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const { selection, ...others } = documentOf('tags', stdout)
  expect(others).toEqual({
    repository: `${source.address}/${FROM}`,
    tags: ['1.9.0', '1.10.0', '2.0.0'],
    missing: [],
  })
  const dropped = selection.stages.reduce((sum, stage) => sum + stage.dropped, 0)
  expect(selection.listed).toBe(selection.selected + dropped)
})

test.each([
  [['--include', '1.9'], 'has no tag "1.9" (the closest is 1.9.0'],
  [['--semver', '>=3'], 'no tag of host/library/app matches semver ">=3"'],
  [['--semver', '>=2', '--min', '2'], 'only 1 tag of host/library/app matches'],
])('%j ends with 1 and the reason', async (flags, words) => {
  const { status, stderr } = await run(...flags)
  expect(status).toBe(1)
  expect(stderr).toContain(words)
})

test('a source that fails gives no result', async () => {
  source.breakWith(failing(/tags\/list/, 403))
  const failed = run().catch((error: unknown) => error)
  expect(endingOf(await failed)).toMatchObject({
    status: 4,
    error: { name: 'AccessDenied' },
    text: expect.stringMatching(/^AccessDenied: /),
  })
})

test.each([
  [['redis:7.4'], 'give the repository without a tag'],
  [['redis', '--by', 'size'], 'Allowed choices are version, date, name'],
])('refuses %j', (args, words) => {
  expect(() => parsed(tagsCommand, args)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(words) }),
  )
})

test.each([
  [['--semver', '>=1.2, <2'], '--semver: ">=1.2, <2" is not a version range; write ">=1.2 <2"'],
  [['--include', '^7'], '--include: "^7" is not a tag; write a regular expression between slashes: "/^7/"'],
  [['--latest', '0'], '--latest: '],
  [['--by', 'name'], '--by: "by" needs "latest"'],
])('refuses %j before it asks the source', async (flags, words) => {
  await expect(run(...flags)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining(words),
  })
  expect(source.log()).toEqual([])
})
