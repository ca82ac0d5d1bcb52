// Generates certificates for test hosts on demand, so that no key is stored and none expires by accident.
import { generateKeyPairSync, sign } from 'node:crypto'
import {
  BITS,
  BOOLEAN,
  commonName,
  DNS_NAME,
  der,
  INTEGER,
  OBJECT,
  OCTETS,
  pem,
  SEQUENCE,
  time,
} from './der.ts'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

const DAY_MS = 24 * 3600 * 1000

interface Signer extends Certificate {
  readonly name: string
}

export interface CertificateOptions {
  /** @default - self-signed */
  readonly signer?: Signer
  /** The end of validity, in epoch milliseconds; it starts a day earlier. @default - tomorrow */
  readonly until?: number
}

/** A server certificate for these hosts. */
export function certificateFor(hosts: readonly string[], options: CertificateOptions = {}): Certificate {
  const names = der(SEQUENCE, ...hosts.map((host) => der(DNS_NAME, Buffer.from(host))))
  const { signer, until } = options
  return certificate(signer === undefined ? 'test' : 'server', ['551d11', names], signer, until) // subjectAltName
}

/** A certificate authority. */
export function authority(name: string, { signer, until }: CertificateOptions = {}): Signer {
  const isAuthority = der(SEQUENCE, der(BOOLEAN, 'ff'))
  return { name, ...certificate(name, ['551d13', isAuthority], signer, until) } // basicConstraints
}

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.1, in the DER encoding of https://www.itu.int/rec/T-REC-X.690 */
function certificate(
  subject: string,
  [extensionId, extension]: readonly [string, Buffer],
  signer: Signer | undefined,
  until = Date.now() + DAY_MS,
): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, der(OBJECT, '2a8648ce3d040302')) // ecdsa-with-SHA256
  const validity = der(SEQUENCE, time(Math.min(until, Date.now()) - DAY_MS), time(until))
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, '02')),
    der(INTEGER, '01'),
    algorithm,
    commonName(signer?.name ?? subject),
    validity,
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, der(SEQUENCE, der(OBJECT, extensionId), der(OCTETS, extension)))),
  )
  const signature = der(BITS, '00', sign('sha256', body, signer?.key ?? privateKey))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem('CERTIFICATE', der(SEQUENCE, body, algorithm, signature)),
  }
}
