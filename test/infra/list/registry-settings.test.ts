import { expect, test } from 'vitest'
import { registrySettings } from '../../../infra/list/registry-settings.ts'
import { ErrorName } from '../../../mirror/error-name.ts'
import { readAuthorities, readSettings } from '../../../registry/model/settings.ts'
import { authority } from '../../support/certificate.ts'

test('sets a variable for a reserve, and none without it', () => {
  expect(registrySettings({ rateLimit: { reserve: 20 } })).toEqual({ REGISTRY_PULL_RESERVE: '20' })
  expect(registrySettings({ rateLimit: { reserve: 0 } })).toEqual({})
  expect(registrySettings({})).toEqual({})
})

test('names registries that are read with IAM', () => {
  const registries = { 'public.ecr.aws': { credentials: 'iam' }, 'quay.io': {} } as const
  expect(registrySettings({ registries })).toEqual({
    REGISTRY_SETTINGS: '{"public.ecr.aws":{"credentials":"iam"}}',
  })
})

test('separates the token servers of hosts that differ only in punctuation', () => {
  const registries = {
    'a-b.example': { realms: ['https://one.example'] },
    'a.b.example': { realms: ['https://two.example', 'https://sso.example.net:8443'] },
    'a.b.example:443': { realms: ['https://three.example'] },
  }
  expect(Object.fromEntries(readSettings(registrySettings({ registries })))).toEqual(registries)
})

const encoded = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')

test('passes authorities without PEM armour, and equal ones once', () => {
  const [one, two] = [authority('one').cert, authority('two').cert]
  const registries = {
    'harbor.example': { ca: one + two },
    'artifactory.example': { ca: one + two },
    'other.example:8443': { ca: two },
  }
  const settings = registrySettings({ registries })
  expect(settings).toEqual({
    REGISTRY_CA: `harbor.example artifactory.example ${encoded(one)} ${encoded(two)} other.example:8443 ${encoded(two)}`,
  })
  expect(Object.fromEntries(readAuthorities(settings))).toEqual({
    'harbor.example': [encoded(one), encoded(two)],
    'artifactory.example': [encoded(one), encoded(two)],
    'other.example:8443': [encoded(two)],
  })
})

test("refuses certificates beyond Lambda's limit, with their size", () => {
  const ca = Array.from({ length: 12 }, (_, index) => authority(`authority ${index}`).cert).join('')
  let error: unknown
  try {
    registrySettings({ registries: { 'harbor.example': { ca } } })
  } catch (thrown) {
    error = thrown
  }
  expect(error).toMatchObject({
    name: ErrorName.InvalidInput,
    message: expect.stringMatching(/need \d{4} bytes of environment variables, and Lambda allows 4096/),
  })
})

test('refuses too many registries with token servers with another fix', () => {
  const hosts = Array.from({ length: 100 }, (_, n) => `registry-${n}.example`)
  const registries = Object.fromEntries(hosts.map((host) => [host, { realms: ['https://auth.example.com'] }]))
  expect(() => registrySettings({ registries })).toThrow(/\d{4} bytes .* 4096; remove registries/)
})
