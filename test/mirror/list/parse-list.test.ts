// Parses lists, and reports all errors at once: file, line, key and fix.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ErrorName } from '../../../mirror/error-name.ts'
import { readEntries } from '../../../mirror/list/entry.ts'
import { customList, parseCustomList, parseList, storedList } from '../../../mirror/list/parse-list.ts'
import { listOf } from '../lists.ts'

function complaints(text: string): string[] {
  try {
    parseList(text, 'mirror.yaml')
  } catch (error) {
    if (!(error instanceof Error)) throw error
    expect(error.name).toBe(ErrorName.InvalidInput)
    return error.message.split('\n')
  }
  return []
}

test("the repository's own mirror.yaml is a list", () => {
  const text = readFileSync(join(import.meta.dirname, '../../../mirror.yaml'), 'utf8')
  expect(parseList(text, 'mirror.yaml').images.length).toBeGreaterThan(4)
})

test('JSON is as good as YAML, tabs included', () => {
  const list = parseList('{\n\t"regions": ["us-east-1"],\n\t"images": ["redis"]\n}', 'list.json')
  expect(list).toEqual(listOf({ regions: ['us-east-1'], images: ['redis'] }))
})

const REGIONS = 'regions: [us-east-1]\n'

test.each([
  [
    'an unknown key',
    `${REGIONS}images:\n  - source: redis\n    tag: x`,
    'mirror.yaml:4: unknown key "tag" in images[0]; did you mean "tags"?',
  ],
  [
    'an unknown key that is like no other',
    `${REGIONS}images: [redis]\nrepositories: {kms: x}`,
    'mirror.yaml:3: unknown key "kms" in repositories; the keys are immutableTags, scanOnPush, encryption, lifecycle, policy, tags, reconcile',
  ],
  [
    'a key that is there twice',
    `${REGIONS}${REGIONS}images: [redis]`,
    'mirror.yaml:2: the key "regions" appears twice; remove one of them',
  ],
  [
    'an unknown region',
    'regions: [us-east1]\nimages: [redis]',
    'mirror.yaml:1: regions[0]: "us-east1" is not a region; did you mean "us-east-1"?',
  ],
  [
    'a version that YAML takes for a number',
    `${REGIONS}images:\n  - source: redis\n    tags: {include: [1.10]}`,
    'mirror.yaml:4: images[0].tags.include[0] must be text: write it in quotes, "1.10"',
  ],
  [
    'a VPC without subnets',
    `${REGIONS}images: [redis]\nvpc: {id: vpc-01234567, subnets: [], securityGroups: [sg-01234567]}`,
    'mirror.yaml:3: vpc.subnets is empty: give at least 1 entry',
  ],
  [
    'a VPC without security groups',
    `${REGIONS}images: [redis]\nvpc: {id: vpc-01234567, subnets: [subnet-01234567]}`,
    'mirror.yaml:3: missing key "securityGroups" in vpc: it must be a list',
  ],
  [
    'what is no id of a subnet',
    `${REGIONS}images: [redis]\nvpc:\n  id: vpc-01234567\n  subnets: [private-a]\n  securityGroups: [sg-01234567]`,
    'mirror.yaml:5: vpc.subnets[0]: "private-a" must be subnet- and 17 hex digits, or 8',
  ],
  ['an empty list', `${REGIONS}images: []`, 'mirror.yaml:2: images is empty: give at least 1 entry'],
  [
    'no list',
    '',
    'mirror.yaml: the list is empty: write at least "images:", and "regions:" or "targets:"; "npx image-mirror init" writes an example',
  ],
  [
    'a list without keys',
    '{}',
    'mirror.yaml:1: the list is empty: write at least "images:", and "regions:" or "targets:"; "npx image-mirror init" writes an example',
  ],
  [
    'only its images',
    '- redis:7.4\n',
    'mirror.yaml:1: the list must be a mapping of keys to values, not a list: write its entries below "images:", and add "regions:" or "targets:"; "npx image-mirror init" writes an example',
  ],
  [
    'text',
    'hello',
    'mirror.yaml:1: the list must be a mapping of keys to values, not the text "hello": write "images:", and "regions:" or "targets:"; "npx image-mirror init" writes an example',
  ],
  [
    'a missing key',
    'images: [redis]',
    'mirror.yaml:1: missing key "regions": it must be a list, such as [us-east-1]; for images that go to other places only, add "targets"',
  ],
  [
    'a missing source',
    `${REGIONS}images:\n  - repository: ab`,
    'mirror.yaml:3: missing key "source" in images[0]: it must be text',
  ],
  [
    'an entry that is no entry',
    `${REGIONS}images:\n  - 5`,
    'mirror.yaml:3: images[0] must be text or a mapping of keys to values, not 5',
  ],
  [
    'a reference that is none',
    `${REGIONS}images: [Redis]`,
    'mirror.yaml:2: images[0]: "Redis" is not an image reference: "Redis" must be lower-case words joined by . _ - and /',
  ],
  [
    'a home that is elsewhere',
    `${REGIONS}home: us-west-2\nimages: [redis]`,
    'mirror.yaml:2: home: "us-west-2" is not among the list\'s regions; add it to "regions", or remove it here',
  ],
  [
    'a tag of another kind',
    `${REGIONS}images: !!foo x`,
    `mirror.yaml:2: "images: !!foo x" has a value that starts with "!", a tag in YAML; put the whole value in quotes, '…'`,
  ],
])('fails for %s', (_, text, complaint) => {
  expect(complaints(text)).toEqual([complaint])
})

test('fails with every problem at once, in the order of the file', () => {
  const text = [
    'regions: [us-east-1, eu-west-1]',
    'images:',
    '  - source: redis',
    '    tag: x',
    '  - source: Redis',
    "  - {source: quay.io/a/b, tags: {include: ['/(/']}}",
    'prefixx: a',
  ].join('\n')
  expect(complaints(text).map((line) => line.replace(/: .*/, ''))).toEqual([
    'mirror.yaml:4',
    'mirror.yaml:5',
    'mirror.yaml:6',
    'mirror.yaml:7',
  ])
})

test('fails for a document that unfolds into gigabytes', () => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const above = level === 0 ? '"x"' : `*a${level - 1}`
    return `a${level}: &a${level} [${Array(9).fill(above).join(', ')}]`
  })
  expect(complaints(levels.join('\n')).join()).toContain('alias')
})

const CONFIGURED = listOf({
  regions: ['us-east-1', 'eu-west-1'],
  prefix: 'mirror',
  images: ['redis'],
  push: { repositories: ['team/*'] },
})

test('a custom list is completed by the configured one', () => {
  const list = parseCustomList('images: [quay.io/a/b]', 's3://b/k', { list: CONFIGURED })
  expect(list).toEqual(
    listOf({
      regions: ['us-east-1', 'eu-west-1'],
      home: 'us-east-1',
      prefix: 'mirror',
      images: ['quay.io/a/b'],
    }),
  )
})

test('a custom list may be just its images, and is told the line of each problem', () => {
  expect(parseCustomList('- redis:7\n- nginx', 'l.yaml', { list: CONFIGURED }).images).toEqual([
    'redis:7',
    'nginx',
  ])
  expect(() => parseCustomList('- redis:7\n- Nginx', 'l.yaml', { list: CONFIGURED })).toThrow(
    'l.yaml:2: images[1]',
  )
})

test('a custom list keeps the settings of repositories unless it has its own', () => {
  const immutable = {
    ...CONFIGURED,
    repositories: { immutableTags: true, scanOnPush: false, tags: { team: 'a' } },
  }
  expect(parseCustomList('images: [redis]', 'l.yaml', { list: immutable }).repositories).toEqual(
    immutable.repositories,
  )
  const own = parseCustomList('images: [nginx]\nrepositories: {scanOnPush: true}', 'l.yaml', {
    list: immutable,
  })
  const [entry] = readEntries(own.images[0] ?? '', own)
  expect(entry?.settings.repositories).toEqual({ ...immutable.repositories, scanOnPush: true })
})

test.each([
  [
    'a region that is not configured',
    'images: [redis]\nregions: [us-west-2]',
    'l.yaml:2: regions[0]: "us-west-2" is not configured',
  ],
  ['a home', 'images: [redis]\nhome: us-east-1', 'l.yaml:2: unknown key "home"'],
  [
    'a VPC',
    'images: [redis]\nvpc: {id: vpc-01234567, subnets: [subnet-01234567], securityGroups: [sg-01234567]}',
    'l.yaml:2: unknown key "vpc"',
  ],
  ['a reserve', 'images: [redis]\nrateLimit: {reserve: 1}', 'l.yaml:2: unknown key "rateLimit"'],
  [
    'two entries in one repository',
    '- quay.io/a/b\n- a/b',
    'l.yaml:2: images[1]: docker.io/a/b and images[0]',
  ],
])('fails for a custom list with %s', (_, text, complaint) => {
  expect(() => parseCustomList(text, 'l.yaml', { list: CONFIGURED })).toThrow(complaint)
})

test('an unknown key of a custom list hides no other problem', () => {
  const image = '{source: redis, platfrms: [linux/amd64], regions: [us-west-2]}'
  for (const text of [`- ${image}`, `images:\n- ${image}`]) {
    expect(() => parseCustomList(text, 'l.yaml', { list: CONFIGURED })).toThrow(
      /unknown key "platfrms" in images\[0\].*\n.*images\[0\]\.regions\[0\]: "us-west-2" is not among/,
    )
  }
})

test('a custom list may leave the home region out', () => {
  expect(
    parseCustomList('images: [redis]\nregions: [eu-west-1]', 'l.yaml', { list: CONFIGURED }).regions,
  ).toEqual(['eu-west-1'])
})

test('what is stored of a run is a custom list again', () => {
  const list = customList(['quay.io/a/b'], 'input', { list: CONFIGURED })
  expect(parseCustomList(JSON.stringify(storedList(list)), 's3://b/k', { list: CONFIGURED })).toEqual(list)
})
