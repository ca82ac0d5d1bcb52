// DER, the encoding of certificates: https://www.itu.int/rec/T-REC-X.690

export const SEQUENCE = 0x30
export const SET = 0x31
export const BOOLEAN = 0x01
export const INTEGER = 0x02
export const BITS = 0x03
export const OCTETS = 0x04
export const OBJECT = 0x06
export const TEXT = 0x0c
export const TIME = 0x17
export const DNS_NAME = 0x82
export const URI = 0x86

/** Encodes one value with its tag and length; strings are hexadecimal. */
export function der(tag: number, ...content: readonly (Buffer | string)[]): Buffer {
  const value = Buffer.concat(
    content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)),
  )
  const { length } = value
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...(length < 128 ? [length] : long)]), value])
}

export function commonName(name: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT, '550403'), der(TEXT, Buffer.from(name)))))
}

/** `YYMMDDHHMMSSZ` */
export function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]|\..*/g, '')
  return der(TIME, Buffer.from(`${digits.slice(2)}Z`))
}

export function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
