import { expect, test } from 'vitest'
import { uploadLocation, withDigest } from '../../../registry/blobs/location.ts'
import type { WireResponse } from '../../../registry/http/transport.ts'
import type { Action } from '../../support/actions.ts'
import { COMMIT, preparedUpload, START } from '../../support/uploading.ts'

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
])('row 13: resolves a Location that is %s', (_, location, expected) => {
  expect(located(location)).toBe(expected)
})

test.each([
  ['https://r.example/up', `https://r.example/up?digest=sha256%3A${'a'.repeat(64)}`],
  [
    'https://r.example/up?_state=a%2Fb',
    `https://r.example/up?_state=a%2Fb&digest=sha256%3A${'a'.repeat(64)}`,
  ],
])('row 13: appends the digest to %s, and keeps the query byte for byte', (url, expected) => {
  expect(withDigest(new URL(url), digest).href).toBe(expected)
})

/** Rewrites the registry's Location. */
function relocated(rewrite: (path: string, host: string) => string): Action {
  return (request, response, handler) => {
    const writeHead = response.writeHead.bind(response)
    response.writeHead = ((status: number, given: Record<string, string>) => {
      const location = rewrite(given.location ?? '', request.headers.host ?? '')
      return writeHead(status, { ...given, location })
    }) as typeof response.writeHead
    handler(request, response)
  }
}

test.each<[string, (path: string, host: string) => string]>([
  ['a path', (path) => path],
  ['relative to the request', (path) => path.split('/').at(-1) ?? ''],
  ['a URL', (path, host) => `http://${host}${path}`],
  ['without a scheme', (path, host) => `//${host}${path}`],
  ['with neither scheme nor slashes', (path, host) => `${host}${path}`],
])('row 13: continues an upload at a Location that is %s with its query unchanged', async (_, rewrite) => {
  await using setup = await preparedUpload()
  setup.registry.faults.add(
    START,
    relocated((path, host) => `${rewrite(path, host)}?_state=a%2Fb%3D`),
  )
  await setup.put()
  expect((await setup.stored())?.equals(setup.blob.bytes)).toBe(true)
  const digest = encodeURIComponent(setup.blob.descriptor.digest)
  expect(setup.registry.matching(COMMIT).map(({ path }) => path.split('?')[1])).toEqual([
    `_state=a%2Fb%3D&digest=${digest}`,
  ])
})
