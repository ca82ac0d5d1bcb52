// Certificates in PEM files.
import { expect, test } from 'vitest'
import { certificatesOf, isAuthority, subjectOf } from '../../../registry/http/certificates.ts'
import { authority, certificateFor } from '../../support/certificate.ts'

const company = authority('company')
const other = authority('other', { signer: company })

test('reads all certificates of a text in order, and ignores other text', () => {
  const text = `Bag Attributes\r\n    friendlyName: x\r\n${company.cert.replaceAll('\n', '\r\n')}# next\n${other.cert}`
  expect(certificatesOf(text).map(subjectOf)).toEqual(['CN=company', 'CN=other'])
})

test.each([
  ['nothing', ''],
  ['an encoding that is not PEM', '0\x82\x01'],
  ['half a certificate', company.cert.slice(0, 100)],
])('finds no certificate in %s', (_, text) => {
  expect(() => certificatesOf(text)).toThrow('it contains no certificate')
})

test('refuses a private key without quoting it', () => {
  const wrong = () => certificatesOf(company.cert + company.key)
  expect(wrong).toThrow('it contains a private key')
  expect(wrong).not.toThrow(company.key.split('\n')[1])
})

test.each([
  ['a self-signed authority', company.cert, true],
  ['an intermediate authority', other.cert, true],
  ['a self-signed server certificate', certificateFor(['a.test']).cert, true],
  ['a server certificate of an authority', certificateFor(['a.test'], { signer: company }).cert, false],
])('decides whether a certificate is an authority: %s', (_, pem, expected) => {
  expect(certificatesOf(pem).map(isAuthority)).toEqual([expected])
})
