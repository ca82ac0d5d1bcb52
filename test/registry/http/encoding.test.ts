import { expect, test } from 'vitest'
import { refuseEncoding } from '../../../registry/http/encoding.ts'
import type { WireResponse } from '../../../registry/http/transport.ts'

const labelled = (encoding: string | undefined): WireResponse =>
  ({ headers: encoding === undefined ? {} : { 'content-encoding': encoding } }) as WireResponse

test.each([
  undefined,
  '',
  ' ',
  'identity',
  'Identity',
  'aws-chunked',
  'none',
  'NONE',
  'aws-chunked, identity',
  ',',
])('row 29: ignores the encoding %j and relies on the digest', (encoding) => {
  expect(() => refuseEncoding(labelled(encoding), 'quay.io/a:v1')).not.toThrow()
})

test.each(['gzip', 'zstd', 'aws-chunked,gzip', 'identity, br', 'nonesuch'])(
  'refuses content with the encoding %s',
  (encoding) => {
    expect(() => refuseEncoding(labelled(encoding), 'quay.io/a:v1')).toThrow(`Content-Encoding ${encoding}`)
  },
)

test('quotes an encoding on one line and bounded in length', () => {
  const long = `x\t${'y'.repeat(10_000)}`
  expect(() => refuseEncoding(labelled(long), 'quay.io/a:v1')).toThrow(/Content-Encoding x y{298}…/)
})
