// Generates certificates for test hosts on demand, so that no key is stored and none expires by accident.
import { generateKeyPairSync, sign } from 'node:crypto'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

const SEQUENCE = 0x30
const SET = 0x31
const BOOLEAN = 0x01
const INTEGER = 0x02
const BITS = 0x03
const OCTETS = 0x04
const OBJECT = 0x06
const TEXT = 0x0c
const TIME = 0x17
const DNS_NAME = 0x82

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
  const encoded = der(SEQUENCE, body, algorithm, signature).toString('base64')
  const lines = encoded.match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  }
}

function commonName(name: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT, '550403'), der(TEXT, Buffer.from(name)))))
}

/** Encodes one value with its tag and length; strings are hexadecimal. */
function der(tag: number, ...content: readonly (Buffer | string)[]): Buffer {
  const value = Buffer.concat(
    content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)),
  )
  const { length } = value
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...(length < 128 ? [length] : long)]), value])
}

/** `YYMMDDHHMMSSZ` */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]|\..*/g, '')
  return der(TIME, Buffer.from(`${digits.slice(2)}Z`))
}
