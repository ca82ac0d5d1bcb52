import { expect, test } from 'vitest'
import { uploadLocation, withDigest } from '../../registry/location.ts'
import type { WireResponse } from '../../registry/transport.ts'

const ASKED = 'https://registry.example:5000/v2/team/app/blobs/uploads/'
const digest = `sha256:${'a'.repeat(64)}` as const

function located(location?: string): string | undefined {
  const headers = location === undefined ? {} : { location }
  return uploadLocation({ headers, url: new URL(ASKED) } as WireResponse)?.href
}

test.each([
  ['relative', '/v2/team/app/blobs/uploads/1', 'https://registry.example:5000/v2/team/app/blobs/uploads/1'],
  ['relative to the request', '1', 'https://registry.example:5000/v2/team/app/blobs/uploads/1'],
  ['with a query', '/up?_state=a%2Fb%3D&x=%20', 'https://registry.example:5000/up?_state=a%2Fb%3D&x=%20'],
  ['absolute', 'https://storage.example/up?sig=1', 'https://storage.example/up?sig=1'],
  ['without a scheme', '//storage.example/up', 'https://storage.example/up'],
  ['with neither scheme nor slashes', 'registry.example:5000/v2/up', 'https://registry.example:5000/v2/up'],
  [
    'from a proxy that does not know of https',
    'http://registry.example:5000/up',
    'https://registry.example:5000/up',
  ],
  ['missing', undefined, undefined],
  ['empty', '', undefined],
  ['no URL', 'https://', undefined],
])('row 13: a Location that is %s', (_, location, expected) => {
  expect(located(location)).toBe(expected)
})

test.each([
  ['https://r.example/up', `https://r.example/up?digest=sha256%3A${'a'.repeat(64)}`],
  [
    'https://r.example/up?_state=a%2Fb',
    `https://r.example/up?_state=a%2Fb&digest=sha256%3A${'a'.repeat(64)}`,
  ],
])('row 13: the digest is added to %s, and the query stays byte for byte', (url, expected) => {
  expect(withDigest(new URL(url), digest).href).toBe(expected)
})
