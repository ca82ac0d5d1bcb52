import { expect, test } from 'vitest'
import { isRedirect, redirectTarget } from '../../../registry/http/redirect.ts'
import type { WireResponse } from '../../../registry/http/transport.ts'
import { answer } from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { bytesOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { listen } from '../../support/listen.ts'
import { record } from '../../support/recorder.ts'
import { seedBlob } from '../../support/seed.ts'
import { tokenAuth } from '../../support/token-auth.ts'

const BLOB = /GET .*\/blobs\//
const blob = randomBlob(1000)

function response(
  status: number,
  location: string | undefined,
  from = 'https://registry.example/v2/a/b',
): WireResponse {
  return { status, headers: { location }, url: new URL(from) } as unknown as WireResponse
}

test('row 10: reads a blob from storage that rejects an Authorization header', async () => {
  const storage = record((request, reply) => {
    if (request.headers.authorization !== undefined)
      reply.writeHead(400).end('Only one auth mechanism allowed')
    else reply.end(blob.bytes)
  })
  await using elsewhere = await listen(storage.listener, '127.0.0.2')
  await using registry = await startFaultyRegistry({ quirks: { auth: tokenAuth() } })
  await using client = testClient()
  const repository = await client.open(registry.address)
  registry.faults.add(
    { on: BLOB, skip: 1 },
    answer(307, { location: `${elsewhere.origin}/blob?signature=1` }),
  )
  expect(await bytesOf(await repository.blob(blob.descriptor).open())).toEqual(blob.bytes)
  expect(storage.seen).toHaveLength(1)
  expect(registry.seen.at(-1)?.headers.authorization).toMatch(/^Bearer /)
})

test('row 11: follows five redirects and refuses a sixth', async () => {
  for (const count of [5, 6]) {
    await using registry = await startFaultyRegistry()
    await seedBlob(registry, blob)
    await using client = testClient()
    const repository = await client.open(registry.address)
    registry.faults.add({ on: BLOB, times: count }, (request, reply) => {
      reply.writeHead(307, { location: `${request.url}?hop` }).end()
    })
    const reading = repository.blob(blob.descriptor).open().then(bytesOf)
    if (count === 5) expect(await reading).toEqual(blob.bytes)
    else await expect(reading).rejects.toMatchObject({ kind: 'unsafe' })
    expect(registry.matching(BLOB)).toHaveLength(6)
  }
})

test('row 11: refuses a redirect from https to http', () => {
  expect(() => redirectTarget('GET', response(307, 'http://registry.example/'))).toThrow(
    /from https to http:/,
  )
  expect(() => redirectTarget('GET', response(307, 'file:///etc/passwd'))).toThrow(/from https to file:/)
})

test.each([
  ['GET', 301, true],
  ['GET', 302, true],
  ['GET', 303, true],
  ['HEAD', 307, true],
  ['POST', 307, true],
  ['PUT', 308, true],
  ['POST', 302, false],
  ['GET', 304, false],
  ['GET', 200, false],
])('decides whether %s follows a %i: %s', (method, status, followed) => {
  expect(isRedirect(method, response(status, '/elsewhere'))).toBe(followed)
})

test('resolves a Location against the URL of its response', () => {
  expect(redirectTarget('GET', response(307, '/elsewhere')).href).toBe('https://registry.example/elsewhere')
  expect(redirectTarget('GET', response(307, '//other.example/x')).href).toBe('https://other.example/x')
})

test('ignores a redirect without a Location, and refuses an invalid one', () => {
  expect(isRedirect('GET', response(307, undefined))).toBe(false)
  expect(() => redirectTarget('GET', response(307, 'https://'))).toThrow(/invalid URL/)
})
