// A certificate for a test's own hosts, made when it is needed: nothing secret is kept, and nothing expires.
import { generateKeyPairSync, sign } from 'node:crypto'

export interface Certificate {
  readonly key: string
  readonly cert: string
}

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BITS = 0x03
const OCTETS = 0x04
const OBJECT = 0x06
const TEXT = 0x0c
const TIME = 0x17
const DNS_NAME = 0x82

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.1, written in the encoding of https://www.itu.int/rec/T-REC-X.690 */
export function certificateFor(hosts: readonly string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, der(OBJECT, '2a8648ce3d040302')) // ecdsa-with-SHA256
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT, '550403'), der(TEXT, Buffer.from('test')))))
  const day = 24 * 3600 * 1000
  const validity = der(SEQUENCE, time(Date.now() - day), time(Date.now() + day))
  const names = der(SEQUENCE, ...hosts.map((host) => der(DNS_NAME, Buffer.from(host))))
  const extension = der(SEQUENCE, der(OBJECT, '551d11'), der(OCTETS, names)) // subjectAltName
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, '02')),
    der(INTEGER, '01'),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, extension)),
  )
  const signature = der(BITS, '00', sign('sha256', body, privateKey))
  const encoded = der(SEQUENCE, body, algorithm, signature).toString('base64')
  const lines = encoded.match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  }
}

/** One value with its tag and length; text is hexadecimal. */
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
