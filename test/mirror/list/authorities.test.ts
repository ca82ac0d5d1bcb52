// Certificates of authorities in a list, as a file or as text.
import { expect, test } from 'vitest'
import { parseList } from '../../../mirror/list/parse-list.ts'
import { authority, certificateFor } from '../../support/certificate.ts'

const company = authority('company')
const other = authority('other')
const files: Readonly<Record<string, string>> = {
  'certs/company.pem': `the company's own\n${company.cert}`,
  'certs/two.pem': company.cert + other.cert,
}

function read(path: string): string {
  const text = files[path]
  if (text === undefined) throw new Error(`no such file: ${path}`)
  return text
}

function textWith(ca: string): string {
  const list = { regions: ['us-east-1'], images: ['redis'], registries: { 'harbor.example': { ca } } }
  return JSON.stringify(list, undefined, 1)
}

const parsed = (ca: string) => parseList(textWith(ca), 'list.json', read)

const found = (ca: string) => parsed(ca).registries?.['harbor.example']?.ca

test('what a file holds takes the place of its name, without what is no certificate', () => {
  expect(found('certs/company.pem')).toBe(company.cert)
  expect(found('certs/two.pem')).toBe(company.cert + other.cert)
})

test('PEM in the list itself is taken as it is, as the deployed list is', () => {
  expect(found(company.cert)).toBe(company.cert)
  const deployed = JSON.stringify(parsed('certs/two.pem'))
  expect(parseList(deployed, 's3://bucket/list.json')).toEqual(parsed('certs/two.pem'))
})

test('a registry that signs its own certificate is its own authority', () => {
  const own = certificateFor(['harbor.example'])
  expect(found(own.cert)).toBe(own.cert)
})

test.each([
  ['a file that is not there', 'certs/none.pem', '"certs/none.pem" cannot be read: no such file'],
  ['PEM of something else', '-----BEGIN CRL-----\nAAAA\n-----END CRL-----', 'it contains no certificate'],
  [
    'a certificate that is broken',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    'it contains a certificate that cannot be parsed',
  ],
  ['a private key beside it', company.cert + company.key, 'it contains a private key'],
  [
    "a server's certificate",
    certificateFor(['harbor.example'], { signer: company }).cert,
    '"CN=server" is a server certificate; give the certificate of the authority',
  ],
])('%s is refused, with its line', (_, ca, words) => {
  expect(() => parsed(ca)).toThrow(words)
  expect(() => parsed(ca)).toThrow(/^list\.json:10: registries\.harbor\.example\.ca: /)
})

test('the key of a certificate is not repeated in what is said of it', () => {
  const secret = company.key.split('\n')[1] ?? ''
  expect(() => parsed(company.cert + company.key)).not.toThrow(secret)
})

test('a file is refused where none is read', () => {
  expect(() => parseList(textWith('certs/company.pem'), 'list.json')).toThrow('give the PEM text itself')
})
