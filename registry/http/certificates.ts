/** Parses certificates in PEM files, which may contain other text. */
import { X509Certificate } from 'node:crypto'
import { reasonOf } from '../model/foreign-error.ts'

/** The certificates of a PEM text, in order. @throws Error if it has no certificate, or has a private key */
export function certificatesOf(pem: string): X509Certificate[] {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(pem)) {
    throw new Error('it contains a private key, which must stay secret; provide only the certificate')
  }
  const found = [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)]
  if (found.length === 0) {
    throw new Error('it contains no certificate; in PEM, one begins with -----BEGIN CERTIFICATE-----')
  }
  return found.map(([text]) => parse(text))
}

/** Whether a certificate can be an authority: a CA, or a self-signed server certificate. */
export function isAuthority(certificate: X509Certificate): boolean {
  return certificate.ca || (certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey))
}

/** The subject for messages: `O=Company, CN=Company Root`. */
export function subjectOf({ subject }: X509Certificate): string {
  return (subject ?? '').replaceAll('\n', ', ')
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new Error(`it contains a certificate that cannot be parsed: ${reasonOf(error)}`, { cause: error })
  }
}
