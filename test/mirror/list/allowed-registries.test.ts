// The registries and secrets that an execution's own list may use.
import { expect, test } from 'vitest'
import { type Image, listSchema } from '../../../mirror/list/config.ts'
import { customList, parseCustomList, storedList } from '../../../mirror/list/parse-list.ts'
import { listOf } from '../lists.ts'

const ACCOUNT = '123456789012'
const CONFIGURED = listOf({
  regions: ['us-east-1', 'eu-west-1'],
  prefix: 'mirror',
  images: [
    'docker.io/library/redis:7',
    { source: 'registry.corp.example:5000/base:1', credentials: 'corp' },
    { source: '999999999999.dkr.ecr.eu-west-1.amazonaws.com/shared/tool:1' },
  ],
})

function listed(image: Image | string, configured = CONFIGURED) {
  return customList([image], 'input', { list: configured, account: ACCOUNT })
}

test.each([
  'redis:7',
  'index.docker.io/library/nginx:1',
  'quay.io/a/b:1',
  'europe-west1-docker.pkg.dev/p/r/i:1',
  'eu.gcr.io/p/i:1',
  'registry.corp.example:5000/other:2',
  `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/team/app:1`,
  '999999999999.dkr.ecr.eu-west-1.amazonaws.com/shared/other:1',
])('%s may be read', (image) => {
  expect(listed(image).images).toEqual([image])
})

test.each([
  ['evil.example/a:1', '"evil.example" is not a registry that executions may read from; add it to'],
  ['169.254.169.254/latest/meta-data:1', '"169.254.169.254" is not a registry'],
  ['127.0.0.1:5000/a:1', '"127.0.0.1:5000" is not a registry'],
  ['registry.corp.example/base:1', '"registry.corp.example" is not a registry'],
  ['pkg.dev/a:1', '"pkg.dev" is not a registry'],
  ['quay.io.evil.example/a:1', '"quay.io.evil.example" is not a registry'],
  ['qauy.io/a:1', '"qauy.io" is not a registry that executions may read from; did you mean "quay.io"?'],
  ['888888888888.dkr.ecr.eu-west-1.amazonaws.com/a:1', '"888888888888.dkr.ecr'],
])('%s is refused, with what to change', (image, complaint) => {
  expect(() => listed(image)).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining(complaint) }),
  )
  expect(() => listed(image)).toThrow('input: images[0]: ')
  expect(() => listed({ source: image })).toThrow('input: images[0].source: ')
})

test('a list of its own takes the place of the well-known registries', () => {
  const narrow = { ...CONFIGURED, allowedRegistries: ['*.corp.example', 'Index.Docker.io'] }
  expect(listed('eu.corp.example/a:1', narrow).images).toHaveLength(1)
  expect(listed('nginx:1', narrow).images).toHaveLength(1)
  expect(() => listed('quay.io/a/b:1', narrow)).toThrow('"quay.io" is not a registry')
  expect(() => listed('corp.example/a:1', narrow)).toThrow('"corp.example" is not a registry')
  expect(listed('anything.example/a:1', { ...CONFIGURED, allowedRegistries: ['*'] }).images).toHaveLength(1)
})

test.each(['https://quay.io', 'quay.io/team', 'a.*.example', '*quay.io', ''])(
  '"%s" is no registry to allow',
  (pattern) => {
    const list = { regions: ['us-east-1'], images: ['redis'], allowedRegistries: [pattern] }
    expect(listSchema.safeParse(list).success).toBe(false)
  },
)

test('a custom list cannot allow registries to itself', () => {
  const text = 'images: [evil.example/a]\nallowedRegistries: [evil.example]'
  expect(() => parseCustomList(text, 'l.yaml', { list: CONFIGURED })).toThrow(
    'l.yaml:2: unknown key "allowedRegistries"',
  )
})

test.each([
  ['a secret that the deployed list does not name', 'quay.io/a/b:1', 'payroll', 'is not a secret of the'],
  [
    'a secret that is for another registry',
    'quay.io/a/b:1',
    'corp',
    'images[0].credentials: "corp" is for registry.corp.example:5000, not for quay.io',
  ],
])('fails for %s', (_, source, credentials, complaint) => {
  expect(() => listed({ source, credentials })).toThrow(complaint)
})

test('a secret of the deployed list may be used for its registry', () => {
  const image = { source: 'registry.corp.example:5000/other:1', credentials: 'corp' }
  expect(listed(image).images).toEqual([image])
})

test('the secret of the defaults goes where it goes in the deployed list, and nowhere else', () => {
  const configured = { ...CONFIGURED, defaults: { credentials: 'hub' }, images: ['redis:7'] }
  const deployed = { list: configured, account: ACCOUNT }
  const list = customList(['nginx:1', 'quay.io/a/b:1'], 'input', deployed)
  expect(list.images).toEqual([{ source: 'nginx:1', credentials: 'hub' }, 'quay.io/a/b:1'])
  expect(list.defaults?.credentials).toBeUndefined()
  expect(parseCustomList(JSON.stringify(storedList(list)), 's3://b/k', deployed)).toEqual(list)
})

test('all that is wrong is told at once', () => {
  const text = '- evil.example/a\n- Bad\n- {source: quay.io/b, credentials: payroll}'
  expect(() => parseCustomList(text, 'l.yaml', { list: CONFIGURED })).toThrow(
    /^l\.yaml:1: .*evil.*\nl\.yaml:2: .*Bad.*\nl\.yaml:3: .*payroll/,
  )
})
