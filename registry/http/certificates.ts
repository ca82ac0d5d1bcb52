/** Certificates as people hand them on: PEM files, with whatever else is in those. */
import { X509Certificate } from 'node:crypto'
import { reasonOf } from '../model/foreign-error.ts'

/** The certificates of a PEM text, in its order. @throws Error when there is none, or a private key with them */
export function certificatesOf(pem: string): X509Certificate[] {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(pem)) {
    throw new Error('there is a private key in it, which must stay where it is; give the certificate alone')
  }
  const found = [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)]
  if (found.length === 0) {
    throw new Error('there is no certificate in it, which as PEM begins with -----BEGIN CERTIFICATE-----')
  }
  return found.map(([text]) => parse(text))
}

/** Whether it may sign others, or is a server's that has signed itself: that one is its own authority. */
export function isAuthority(certificate: X509Certificate): boolean {
  return certificate.ca || (certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey))
}

/** `O=Company, CN=Company Root`: whose it is, as messages have it. */
export function subjectOf({ subject }: X509Certificate): string {
  return (subject ?? '').replaceAll('\n', ', ')
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new Error(`a certificate in it cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}
