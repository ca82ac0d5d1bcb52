// Imports a configuration of ocync, and compares the tags with ocync's own rules.
import { expect, test } from 'vitest'
import { imported, selectedFrom, TAGS } from '../imported.ts'
import { ocyncMatches } from '../versions/tools.ts'

interface Rules {
  readonly glob?: string | readonly string[]
  readonly include?: readonly string[]
  readonly exclude?: string | readonly string[]
  readonly semver?: string
}

const SOFT = ['*-glibc']
const CASES: Readonly<Record<string, Rules>> = {
  all: {},
  star: { glob: '*' },
  glob: { glob: '1.*' },
  globs: { glob: ['v*', '2?04'] },
  class: { glob: '[12].[!3]*' },
  braces: { glob: '{1.2,2.0}.[0-9]*' },
  excluded: { exclude: '*alpine*' },
  range: { semver: '>=1.2, <2.0' },
  above: { semver: '>1' },
  below: { semver: '<=1.2.3' },
  exact: { semver: '=1.2.3' },
  'range-exclude': { semver: '>=1.2', exclude: ['*_*', '*-musl'] },
  'glob-range': { glob: ['1.*', '*alpine*'], semver: '>=1.2' },
  literal: { include: ['latest'], semver: '>=2.0' },
  rescued: { include: ['1.3.0-rc.1', '1.2.3-glibc'], semver: '>=3' },
  denied: { include: ['edge', 'latest'], exclude: ['edge'], semver: '>=3' },
  'literal-glob': { include: ['nightly', '2.0.0-rc.1'], glob: '1.2*' },
  family: { include: ['*-glibc'], semver: '>=1.2, <2' },
  prereleases: { include: ['*-rc*'], semver: '>=1.2, <2.1' },
  'glob-family': { include: ['*-beta*'], glob: '1.*' },
}

const globToRegex = (glob: string) =>
  new RegExp(
    `^${glob
      .replace(/[.]/g, '\\.')
      .replace(/\{([^}]*)\}/g, (_, inner: string) => `(${inner.replaceAll(',', '|')})`)
      .replace(/\[!/g, '[^')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  )

function selects({ glob = '*', include = [], exclude = [], semver }: Rules): (tag: string) => boolean {
  const fits = (globs: string | readonly string[], tag: string) =>
    [globs].flat().some((one) => globToRegex(one).test(tag))
  const [globs, literals] = [
    include.filter((one) => /[*?[]/.test(one)),
    include.filter((one) => !/[*?[]/.test(one)),
  ]
  return (tag) => {
    if (fits(exclude, tag)) return false
    if (literals.includes(tag)) return true
    const isRescued = fits(globs, tag)
    const isPrerelease = /-(rc|alpha|beta|pre|snapshot|nightly)/i.test(tag)
    if (!isRescued && (fits(SOFT, tag) || isPrerelease)) return false
    return (fits(glob, tag) || isRescued) && (semver === undefined || ocyncMatches(tag, semver))
  }
}

const FILE = `global: { max_concurrent_transfers: 50 }
registries:
  chainguard: { url: cgr.dev }
  hub: { url: docker.io, auth_type: basic, credentials: { username: '\${HUB_USER}', password: '\${HUB_TOKEN:?set it}' } }
  east: { url: '\${AWS_ACCOUNT_ID}.dkr.ecr.us-east-1.amazonaws.com' }
  west: { url: '\${AWS_ACCOUNT_ID}.dkr.ecr.us-west-2.amazonaws.com' }
  other: { url: '\${OTHER}' }
  harbor: { url: '\${HARBOR:-harbor.example.com}' }
target_groups:
  prod: [east, west]
defaults:
  source: chainguard
  targets: prod
  tags: { exclude: ${JSON.stringify(SOFT)} }
mappings:
${Object.entries(CASES)
  .map(([name, tags]) => `  - { from: team/${name}, to: ${name}, tags: ${JSON.stringify(tags)} }\n`)
  .join('')}
  - from: library/redis
    source: hub
    targets: [east, harbor]
    platforms: [linux/amd64, linux/arm64]
    tags: { semver: '>=7', sort: semver, latest: 3, min_tags: 1, immutable_tags: 'v?[0-9]*.[0-9]*.[0-9]*' }
    artifacts: { include: [application/vnd.cyclonedx+json], exclude: [application/vnd.in-toto+json], require_artifacts: true }
  - { from: library/nginx, source: hub, targets: other, artifacts: { enabled: false } }
`

test('selects the tags that ocync selects', async () => {
  const available = Object.fromEntries(Object.keys(CASES).map((name) => [`cgr.dev/team/${name}`, TAGS]))
  const selected = await selectedFrom(imported(FILE), available)
  for (const [name, rules] of Object.entries(CASES)) {
    expect(selected[`cgr.dev/team/${name}`], name).toEqual(TAGS.filter(selects(rules)).sort())
  }
})

test('counts the newest versions of a repository without variants as ocync does', async () => {
  const source = 'docker.io/library/redis'
  const tags = ['6.0.0', '7.0.0', '7.2.0', '7.10.0', '7.4.0', '7.11.0-rc1', 'latest']
  expect((await selectedFrom(imported(FILE), { [source]: tags }))[source]).toEqual([
    '7.10.0',
    '7.2.0',
    '7.4.0',
  ])
})

test('takes over places, platforms, artifacts, the minimum and immutable tags', () => {
  const { list, entries } = imported(FILE)
  expect(list.regions).toEqual(['us-east-1', 'us-west-2'])
  const redis = entries.find(({ ref }) => ref.repository === 'library/redis')
  expect(redis?.targets.map(({ id }) => id)).toEqual(['us-east-1', 'harbor-example-com'])
  expect(redis?.settings).toMatchObject({
    platforms: ['linux/amd64', 'linux/arm64'],
    artifacts: { include: ['application/vnd.cyclonedx+json'], exclude: ['application/vnd.in-toto+json'] },
  })
  expect(redis?.select).toMatchObject({ latest: 3, min: 1, immutable: ['/^v.[0-9].*\\.[0-9].*\\.[0-9].*$/'] })
})

test('copies no credentials, and says what has no counterpart', () => {
  const { text, notes } = imported(FILE)
  expect(text).not.toMatch(/HUB_TOKEN|HUB_USER/)
  const texts = notes.map((note) => note.text).join('\n')
  for (const part of [
    'create the secret "image-mirror/docker.io"',
    '"artifacts.enabled: false" has no counterpart',
    '"require_artifacts" asks for any artifact',
    '"latest: 3" counts all versions together',
    'the target "other" cannot be read because of its variable',
  ]) {
    expect(texts).toContain(part)
  }
})
