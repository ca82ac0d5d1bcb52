// A Sigstore instance in memory: an authority, a certificate log and a transparency log, with the trusted root that
// names them. It signs as `cosign sign` does without a key.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import {
  BITS,
  BOOLEAN,
  commonName,
  der,
  INTEGER,
  OBJECT,
  OCTETS,
  pem,
  SEQUENCE,
  TEXT,
  time,
  URI,
} from '../support/der.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const ECDSA_SHA256 = der(SEQUENCE, der(OBJECT, '2a8648ce3d040302'))
const ISSUER = '2b0601040183bf300108' // 1.3.6.1.4.1.57264.1.8
const SCT_LIST = '2b06010401d679020402' // 1.3.6.1.4.1.11129.2.4.2
const CODE_SIGNING = '2b06010505070303'
const REKOR = 'rekor.test'

export interface Identity {
  readonly identity: string
  readonly issuer: string
}

export interface SignOptions {
  /** When it is signed and logged, in epoch milliseconds. @default - now */
  readonly at?: number
  /** When the certificate expires. @default - ten minutes after `at` */
  readonly until?: number
  /** @default P-256 */
  readonly curve?: string
  /** Whether the certificate has a time stamp of the certificate log. @default true */
  readonly inCertificateLog?: boolean
  /** @default - code signing */
  readonly usage?: string
}

export interface Sigstore {
  /** As JSON text. */
  readonly trustRoot: string
  /** A bundle of version 0.3 around this envelope's content. */
  bundle(payloadType: string, payload: string, who: Identity, options?: SignOptions): object
  /** The annotations of a payload in cosign's format of tags. */
  annotations(payload: string, who: Identity, options?: SignOptions): Record<string, string>
}

interface Log {
  readonly id: Buffer
  readonly key: KeyObject
  readonly described: object
}

export function createSigstore(): Sigstore {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const root = certificate('authority', {
    subject: 'authority',
    publicKey: authority.publicKey,
    signer: authority.privateKey,
    from: Date.now() - 365 * DAY_MS,
    until: Date.now() + 365 * DAY_MS,
    extensions: [
      extension('551d13', der(SEQUENCE, der(BOOLEAN, 'ff')), true),
      extension('551d0f', der(BITS, '0106'), true),
    ],
  })
  const certificateLog = createLog('https://ctfe.test')
  const rekor = createLog(`https://${REKOR}`)
  const trusted = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [rekor.described],
    ctlogs: [certificateLog.described],
    timestampAuthorities: [],
    certificateAuthorities: [
      {
        subject: { organization: 'test', commonName: 'authority' },
        uri: 'https://fulcio.test',
        certChain: { certificates: [{ rawBytes: root.toString('base64') }] },
        validFor: { start: new Date(0).toISOString() },
      },
    ],
  }

  function leafFor({ identity, issuer }: Identity, options: SignOptions) {
    const { at = Date.now(), until = at + 10 * MINUTE_MS, curve = 'P-256', usage = CODE_SIGNING } = options
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve })
    const about = {
      subject: 'sigstore',
      publicKey,
      signer: authority.privateKey,
      from: Math.min(at, until) - MINUTE_MS,
      until,
    }
    const extensions = [
      extension('551d25', der(SEQUENCE, der(OBJECT, usage))),
      extension('551d11', der(SEQUENCE, der(URI, Buffer.from(identity))), true),
      extension(ISSUER, der(TEXT, Buffer.from(issuer))),
    ]
    const before = bodyOf('authority', { ...about, extensions })
    const stamp = extension(
      SCT_LIST,
      der(OCTETS, timeStamps(certificateLog, authority.publicKey, before, at)),
    )
    const all = options.inCertificateLog === false ? extensions : [...extensions, stamp]
    return { key: privateKey, raw: certificate('authority', { ...about, extensions: all }), at }
  }

  return {
    trustRoot: JSON.stringify(trusted),
    bundle(payloadType, payload, who, options = {}) {
      const { key, raw, at } = leafFor(who, options)
      const signed = `DSSEv1 ${payloadType.length} ${payloadType} ${Buffer.byteLength(payload)} ${payload}`
      const sig = sign('sha256', Buffer.from(signed), key).toString('base64')
      const body = {
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: {
          payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
          signatures: [{ signature: sig, verifier: Buffer.from(pem('CERTIFICATE', raw)).toString('base64') }],
        },
      }
      const entry = logged(rekor, body, at)
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          certificate: { rawBytes: raw.toString('base64') },
          tlogEntries: [
            {
              logIndex: '0',
              logId: { keyId: rekor.id.toString('base64') },
              kindVersion: { kind: 'dsse', version: '0.0.1' },
              integratedTime: String(entry.seconds),
              inclusionPromise: { signedEntryTimestamp: entry.promise },
              inclusionProof: entry.proof,
              canonicalizedBody: entry.body,
            },
          ],
        },
        dsseEnvelope: { payloadType, payload: base64(payload), signatures: [{ sig }] },
      }
    },
    annotations(payload, who, options = {}) {
      const { key, raw, at } = leafFor(who, options)
      const signature = sign('sha256', Buffer.from(payload), key).toString('base64')
      const content = base64(pem('CERTIFICATE', raw))
      const body = {
        apiVersion: '0.0.1',
        kind: 'hashedrekord',
        spec: {
          data: { hash: { algorithm: 'sha256', value: sha256(payload).toString('hex') } },
          signature: { content: signature, publicKey: { content } },
        },
      }
      const entry = logged(rekor, body, at)
      return {
        'dev.cosignproject.cosign/signature': signature,
        'dev.sigstore.cosign/certificate': pem('CERTIFICATE', raw),
        'dev.sigstore.cosign/chain': pem('CERTIFICATE', root),
        'dev.sigstore.cosign/bundle': JSON.stringify({
          SignedEntryTimestamp: entry.promise,
          Payload: {
            body: entry.body,
            integratedTime: entry.seconds,
            logIndex: 0,
            logID: rekor.id.toString('hex'),
          },
        }),
      }
    },
  }
}

function createLog(baseUrl: string): Log {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const id = sha256(spki)
  const described = {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: spki.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: new Date(0).toISOString() },
    },
    logId: { keyId: id.toString('base64') },
  }
  return { id, key: privateKey, described }
}

/** The only entry of a log: https://github.com/sigstore/rekor/blob/main/openapi.yaml */
function logged({ id, key }: Log, document: object, at: number) {
  const bytes = Buffer.from(JSON.stringify(document))
  const body = bytes.toString('base64')
  const seconds = Math.floor(at / 1000)
  const promised = JSON.stringify({
    body,
    integratedTime: seconds,
    logID: id.toString('hex'),
    logIndex: 0,
  })
  const rootHash = sha256(Buffer.concat([Buffer.from([0]), bytes])).toString('base64')
  const note = `${REKOR}\n1\n${rootHash}\n`
  const signature = Buffer.concat([id.subarray(0, 4), sign('sha256', Buffer.from(note), key)]).toString(
    'base64',
  )
  const proof = {
    logIndex: '0',
    rootHash,
    treeSize: '1',
    hashes: [],
    checkpoint: { envelope: `${note}\n\u2014 ${REKOR} ${signature}\n` },
  }
  return { body, seconds, promise: sign('sha256', Buffer.from(promised), key).toString('base64'), proof }
}

/** https://www.rfc-editor.org/rfc/rfc6962#section-3.3 */
function timeStamps({ id, key }: Log, issuer: KeyObject, before: Buffer, at: number): Buffer {
  const when = Buffer.alloc(8)
  when.writeBigUInt64BE(BigInt(Math.floor(at)))
  const issuerHash = sha256(issuer.export({ type: 'spki', format: 'der' }))
  const none = Buffer.from([0, 0])
  const signed = Buffer.concat([
    Buffer.from([0, 0]),
    when,
    Buffer.from([0, 1]),
    issuerHash,
    lengthOf(before, 3),
    before,
    none,
  ])
  const signature = sign('sha256', signed, key)
  const stamp = Buffer.concat([
    Buffer.from([0]),
    id,
    when,
    none,
    Buffer.from([4, 3]),
    lengthOf(signature, 2),
    signature,
  ])
  const list = Buffer.concat([lengthOf(stamp, 2), stamp])
  return Buffer.concat([lengthOf(list, 2), list])
}

interface CertificateContent {
  readonly subject: string
  readonly publicKey: KeyObject
  readonly signer: KeyObject
  readonly from: number
  readonly until: number
  readonly extensions: readonly Buffer[]
}

function certificate(issuer: string, content: CertificateContent): Buffer {
  const body = bodyOf(issuer, content)
  return der(SEQUENCE, body, ECDSA_SHA256, der(BITS, '00', sign('sha256', body, content.signer)))
}

const serials = new WeakMap<KeyObject, Buffer>()

function bodyOf(issuer: string, { subject, publicKey, from, until, extensions }: CertificateContent): Buffer {
  const serial = serials.get(publicKey) ?? Buffer.concat([Buffer.from([1]), randomBytes(8)])
  serials.set(publicKey, serial)
  return der(
    SEQUENCE,
    der(0xa0, der(INTEGER, '02')),
    der(INTEGER, serial),
    ECDSA_SHA256,
    commonName(issuer),
    der(SEQUENCE, time(from), time(until)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  )
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return der(SEQUENCE, der(OBJECT, id), ...(critical ? [der(BOOLEAN, 'ff')] : []), der(OCTETS, value))
}

function lengthOf(bytes: Buffer, width: 2 | 3): Buffer {
  const length = Buffer.alloc(width)
  length.writeUIntBE(bytes.length, 0, width)
  return length
}

function sha256(data: Buffer | string): Buffer {
  return createHash('sha256').update(data).digest()
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
