// One list that uses every key at once, run twice: it comes out as documented, then everything is in sync.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { basicAuthenticator } from '../../local/aws/registry/authenticators.ts'
import type { Executed } from '../../local/executions.ts'
import type { LocalRun } from '../../local/run.ts'
import { builder, type Platform } from '../../local/upstream/builder.ts'
import { layer } from '../../local/upstream/layer.ts'
import { SAMPLE_PUBLIC_KEY, signByReferrer, signByTag } from '../../local/upstream/sign.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { lineOf } from '../support/recorder.ts'
import { startRun, stateFolder } from './runs.ts'

const PLATFORMS: readonly Platform[] = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
  { os: 'linux', architecture: 's390x' },
]
const APP = 'team/app'
const TOOL = 'team/tool'
const NAMES = [APP, TOOL]
const TAGS: Readonly<Record<string, readonly string[]>> = {
  [APP]: [
    '1.0.0',
    '1.1.0',
    '1.2.0',
    '1.3.0',
    '1.4.0',
    '1.4.0-alpine',
    '1.5.0-rc.1',
    '2.0.0',
    'edge',
    'latest',
  ],
  [TOOL]: ['3.1.0-alpine', '3.2.0-alpine', '3.2.0', 'nightly'],
}
const USERS = { robot: 'correct horse' }
const REGIONS = ['us-east-1', 'eu-west-1']

/** Keys that exclude others of this list, and keys that name places in AWS or further rules of the same kind. */
const ELSEWHERE = [
  'realms',
  'ca',
  'identity',
  'issuer',
  'trustRoot',
  'account',
  'role',
  'externalId',
  'public',
  'imagesFrom',
  'sourceTags',
]

const stack = new AsyncDisposableStack()
let source: FaultyRegistry
let harbor: FaultyRegistry
let document: object
let first: LocalRun
let again: Executed
let askedBefore: number

beforeAll(async () => {
  source = stack.use(await startFaultyRegistry({ quirks: { auth: basicAuthenticator(USERS) } }))
  harbor = stack.use(await startFaultyRegistry({ quirks: { auth: basicAuthenticator(USERS) } }))
  for (const name of NAMES) await fill(name)
  const secret = { username: 'robot', accessToken: USERS.robot }
  const stateDir = await stateFolder(stack, { 'secrets.json': { pull: secret, push: secret } })
  document = documentOf(source.address, harbor.address)
  first = await startRun(stack, document, { stateDir })
  askedBefore = source.seen.length
  again = await first.execute({})
}, 600_000)

afterAll(() => stack.disposeAsync())

/** Every tag is an index of three platforms, signed in both formats; an SBOM is about each platform. */
async function fill(name: string): Promise<void> {
  await source.store.repositories.create(name)
  const build = builder(source.store, name)
  for (const tag of TAGS[name] ?? []) {
    const images: Descriptor[] = []
    for (const platform of PLATFORMS) {
      const image = await build.image(platform, [await layer({ app: `${tag} ${platform.architecture}` })])
      await build.artifact(image, 'application/spdx+json', { name: tag })
      images.push(image)
    }
    const index = await build.index(images)
    await build.tag(tag, index)
    await signByTag(build, index, name)
    await signByReferrer(build, index)
  }
}

const RULES = [
  {
    rulePriority: 1,
    description: 'old nightly builds',
    selection: {
      tagStatus: 'tagged',
      tagPatternList: ['nightly-*'],
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: 30,
    },
    action: { type: 'expire' },
  },
  {
    rulePriority: 2,
    selection: {
      tagStatus: 'tagged',
      tagPrefixList: ['old-'],
      storageClass: 'standard',
      countType: 'sinceImagePulled',
      countUnit: 'days',
      countNumber: 90,
    },
    action: { type: 'transition', targetStorageClass: 'archive' },
  },
]

function documentOf(from: string, to: string): object {
  return {
    regions: REGIONS,
    home: 'us-east-1',
    prefix: 'cache',
    schedule: 'rate(6 hours)',
    targets: { harbor: { registry: to, namespace: 'mirror', credentials: 'push' } },
    defaults: { credentials: 'pull', targets: ['regions', 'harbor'] },
    repositories: {
      immutableTags: { except: ['edge', 'stable', '3', 'sha256-*'] },
      scanOnPush: true,
      encryption: { kms: true },
      lifecycle: {
        tagged: [{ tags: ['nightly-*'], days: 30 }],
        untagged: { days: 14 },
        any: { newest: 900 },
      },
      policy: {
        pull: { organization: 'o-a1b2c3d4e5', accounts: ['111122223333'], lambda: ['111122223333'] },
        statements: [
          {
            Sid: 'OnlyByTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 'ecr:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
      tags: { team: 'platform' },
      reconcile: { loosen: ['policy'] },
    },
    push: { repositories: ['apps/*'], from: ['us-east-1'], regions: ['eu-west-1'] },
    registries: { 'public.ecr.aws': { credentials: 'iam' } },
    rateLimit: { reserve: 1 },
    alerts: { repeat: '12 hours', chat: true },
    dashboard: false,
    metrics: { byTarget: true },
    allowedRegistries: ['*.example.com'],
    allowedRepositories: ['team/*'],
    vpc: {
      id: 'vpc-0123456789abcdef0',
      subnets: ['subnet-0123456789abcdef0'],
      securityGroups: ['sg-0123456789abcdef0'],
    },
    images: [
      {
        source: `${from}/${APP}`,
        tags: {
          include: ['edge', '/^\\d/'],
          semver: '>=1.1 <2',
          exclude: ['1.3.0'],
          latest: 2,
          by: 'version',
          min: 3,
          immutable: ['/^\\d+\\.\\d+\\.\\d+$/'],
        },
        platforms: ['linux/amd64', 'linux/arm64'],
        artifacts: { include: ['signature', 'sbom'], exclude: ['attestation'], require: ['sbom'] },
        verify: { key: SAMPLE_PUBLIC_KEY },
        repository: 'tools/app',
        regions: REGIONS,
        targets: ['regions', 'harbor'],
        schedule: 'rate(12 hours)',
      },
      {
        source: `${from}/${TOOL}`,
        tags: { semver: ['^3.1'], variant: 'alpine', latest: 1, missingOnly: true },
        platforms: ['linux/arm64'],
        as: 'manifest',
        to: ['tools/alpine:3', 'tools/alpine:stable'],
        repositories: { lifecycle: { rules: RULES } },
        // biome-ignore lint/suspicious/noThenProperty: it is a key of the list, and no function.
        expires: { on: '2999-12-31', then: 'prune' },
        prune: { gone: true, unselected: true, removed: true, keep: ['stable'], days: 14, share: 10 },
        backup: { name: 'before-{date}-{tag}', keep: 3 },
      },
    ],
  }
}

function tagsAt(store: FaultyRegistry['store'], name: string): Promise<Map<string, string>> {
  return store.tags.all(name).then((tags) => new Map(tags))
}

const outcomes = ({ document: { pairs } }: Pick<Executed, 'document'>) =>
  Object.fromEntries(pairs.map(({ repository, target, outcome }) => [`${repository} ${target}`, outcome]))

const imagesOf = (tags: Map<string, string>) =>
  [...tags.keys()].filter((tag) => !tag.startsWith('sha256-')).sort()

const PLACES = [
  'cache/tools/app us-east-1',
  'cache/tools/app eu-west-1',
  'mirror/tools/app harbor',
  'cache/tools/alpine us-east-1',
  'cache/tools/alpine eu-west-1',
  'mirror/tools/alpine harbor',
]

test('the list uses every key of the schema, but for those that exclude others', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../mirror.schema.json'), 'utf8'))
  const known = Object.values<{ properties?: object }>(schema.definitions).flatMap(({ properties = {} }) =>
    Object.keys(properties),
  )
  const text = JSON.stringify(document)
  const unused = [...new Set(known)].filter((key) => !text.includes(`"${key}":`) && key !== '$schema')
  expect(unused.sort()).toEqual([...ELSEWHERE].sort())
})

test('the first run mirrors what the list selects, to every target', async () => {
  expect(Object.entries(outcomes(first)).filter(([, outcome]) => outcome !== 'synced')).toEqual([])
  expect(first.document.pairs).toHaveLength(PLACES.length)
  expect(imagesOf(await tagsAt(harbor.store, 'mirror/tools/app'))).toEqual(['1.2.0', '1.4.0', 'edge'])
  expect(imagesOf(await tagsAt(harbor.store, 'mirror/tools/alpine'))).toEqual(['3', 'stable'])
})

test('every run gives an index of the named platforms the same digest, at every target', async () => {
  const digests = first.document.pairs
    .filter(({ repository }) => repository.endsWith('/app'))
    .map(({ tags = [] }) => Object.fromEntries(tags.map(({ tag, digest }) => [tag, digest])))
  expect(new Set(digests.map((one) => JSON.stringify(one))).size).toBe(1)
  const held = await tagsAt(harbor.store, 'mirror/tools/app')
  const upstream = await tagsAt(source.store, APP)
  expect(held.get('1.4.0')).not.toBe(upstream.get('1.4.0'))
})

test('the second run finds the settings of every repository as they are in the list', () => {
  const warnings = again.document.pairs.flatMap((pair) => pair.warnings ?? [])
  expect(warnings.filter((text) => text.startsWith('repositories.'))).toEqual([])
})

test('the second run finds everything in sync, without a counted pull', () => {
  expect(Object.entries(outcomes(again)).filter(([, outcome]) => outcome !== 'inSync')).toEqual([])
  const asked = source.seen.slice(askedBefore).map(lineOf)
  expect(asked.filter((line) => /^GET .*\/manifests\//.test(line))).toEqual([])
})

test('the second run asks nothing about immutable tags', async () => {
  const upstream = await tagsAt(source.store, APP)
  const words = ['1.2.0', '1.4.0'].flatMap((tag) => [tag, upstream.get(tag)?.replace('sha256:', '') ?? ''])
  const asked = source.seen.slice(askedBefore).map(lineOf)
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.filter((line) => line.includes(APP) && words.some((word) => line.includes(word)))).toEqual([])
})
