// Certificates in Docker's and Podman's folders, for copies by hand.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  dockerClientCertificates,
  withDockerCertificates,
} from '../../../cli/registries/docker-certificates.ts'
import { readAuthorities } from '../../../registry/model/settings.ts'
import { authority } from '../../support/certificate.ts'

const company = authority('company')
const other = authority('other')
const encoded = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
const at = (...registries: string[]) => registries.map((registry) => ({ registry }))

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'certs-'))
})
afterEach(() => rm(root, { recursive: true }))

async function put(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return [join(root, 'user'), join(root, 'machine')]
}

/** The trusted authorities, by host. */
function trusted(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, readonly string[]> {
  return Object.fromEntries(readAuthorities(environment))
}

test('uses the certificates of a folder named after the registry', async () => {
  const folders = await put({
    'machine/registry.test:5000/ca.crt': company.cert,
    'machine/registry.test:5000/more.crt': `of the year before\n${other.cert}`,
    'machine/registry.test:5000/client.cert': other.cert,
    'machine/registry.test:5000/client.key': 'a key',
    'machine/elsewhere.test/ca.crt': other.cert,
  })
  const environment = withDockerCertificates({ A: 'b' }, at('registry.test:5000', 'quay.io'), folders)
  expect(environment.A).toBe('b')
  expect(trusted(environment)).toEqual({
    'registry.test:5000': [encoded(company.cert), encoded(other.cert)],
  })
})

test('prefers the environment, then the nearest folder of a registry', async () => {
  const folders = await put({
    'user/a.test/ca.crt': company.cert,
    'machine/a.test/ca.crt': other.cert,
    'user/b.test/readme.txt': 'nothing',
    'machine/b.test/ca.crt': company.cert,
    'machine/c.test/ca.crt': company.cert,
  })
  const environment = { REGISTRY_CA: `c.test ${other.cert}` }
  expect(trusted(withDockerCertificates(environment, at('a.test', 'b.test', 'c.test'), folders))).toEqual({
    'a.test': [encoded(company.cert)],
    'b.test': [encoded(company.cert)],
    'c.test': [encoded(other.cert)],
  })
})

test('changes nothing without certificates', async () => {
  const environment = { REGISTRY_CA: `c.test ${other.cert}` }
  expect(withDockerCertificates(environment, at('quay.io'), await put({}))).toBe(environment)
})

test('reports the path of a file without a certificate', async () => {
  const folders = await put({ 'machine/registry.test/ca.crt': 'not a certificate' })
  const path = join(root, 'machine/registry.test/ca.crt')
  expect(() => withDockerCertificates({}, at('registry.test'), folders)).toThrow(
    `${path} cannot be used: it contains no certificate; in PEM, one begins with -----BEGIN CERTIFICATE-----; fix the file or remove it`,
  )
})

test('reads client certificates with their keys, only for the registries of the copy', async () => {
  const folders = await put({
    'user/registry.test:5000/ca.crt': company.cert,
    'machine/registry.test:5000/client.cert': other.cert,
    'machine/registry.test:5000/client.key': other.key,
    'machine/registry.test:5000/second.cert': company.cert,
    'machine/registry.test:5000/second.key': company.key,
    'machine/elsewhere.test/client.cert': other.cert,
    'machine/elsewhere.test/client.key': other.key,
  })
  const found = dockerClientCertificates(at('registry.test:5000', 'quay.io'), folders)
  expect(Object.fromEntries(found)).toEqual({
    'registry.test:5000': { cert: [other.cert, company.cert], key: [other.key, company.key] },
  })
})

test.each([
  ['client.cert', 'client.key'],
  ['client.key', 'client.cert'],
])('reports the path of %s without %s', async (name, missing) => {
  const folders = await put({ [`machine/registry.test/${name}`]: company.cert })
  expect(() => dockerClientCertificates(at('registry.test'), folders)).toThrow(
    `${join(root, 'machine/registry.test', name)} cannot be used: ${missing} is missing beside it`,
  )
})
