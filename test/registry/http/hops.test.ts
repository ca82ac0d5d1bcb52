import { expect, test } from 'vitest'
import type { AddressClass } from '../../../registry/http/address.ts'
import { createHops } from '../../../registry/http/hops.ts'
import { countTraffic } from '../../../registry/http/traffic.ts'
import type { Transport, WireRequest, WireResponse } from '../../../registry/http/transport.ts'

const BASE = new URL('https://registry.example/')
const STORAGE = 'https://storage.example/blob'

interface Answer {
  readonly status: number
  readonly address?: AddressClass
  readonly location?: string
}

/** A transport that returns these responses in order, and records its requests. */
function wireOf(...answers: readonly Answer[]): Transport & { readonly asked: WireRequest[] } {
  const asked: WireRequest[] = []
  const left = [...answers]
  return {
    asked,
    close: () => {},
    async send(request) {
      asked.push(request)
      const { status, address = 'public', location } = left.shift() ?? { status: 200 }
      const body = (async function* () {})()
      return { status, address, url: request.url, headers: { location }, body } as unknown as WireResponse
    },
  }
}

async function follow(transport: Transport, mayNamePrivateHosts = false, body?: Uint8Array) {
  const hops = createHops({ base: BASE, transport, mayNamePrivateHosts })
  const request = { method: 'GET', url: new URL('/v2/a/blobs/x', BASE), headers: {}, traffic: countTraffic() }
  return hops.follow({ ...request, body, counted: false, authorization: 'Bearer token' })
}

test.each<[AddressClass, boolean, string]>([
  ['public', false, 'public'],
  ['private', false, 'private'],
  ['loopback', false, 'loopback'],
  ['public', true, 'private'],
  ['loopback', true, 'loopback'],
])('lets a registry at a %s address (ECR: %s) name %s hosts', async (address, isEcr, trust) => {
  const wire = wireOf({ status: 307, address, location: STORAGE })
  await follow(wire, isEcr)
  expect(wire.asked.map((request) => request.trust)).toEqual(['operator', trust])
})

test('drops Authorization when a redirect leaves the registry, even if a later one returns', async () => {
  const wire = wireOf(
    { status: 307, location: '/v2/b' },
    { status: 307, location: STORAGE },
    { status: 307, location: BASE.href },
  )
  await follow(wire)
  expect(wire.asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer token',
    'Bearer token',
    undefined,
    undefined,
  ])
})

test('sends Content-Length and requests the identity encoding', async () => {
  const wire = wireOf()
  await follow(wire, false, Buffer.from('body'))
  expect(wire.asked[0]?.headers).toMatchObject({ 'content-length': '4', 'accept-encoding': 'identity' })
})

test('does not follow a redirect with a body that cannot be sent again', async () => {
  const wire = wireOf({ status: 307, location: STORAGE })
  const hops = createHops({ base: BASE, transport: wire, mayNamePrivateHosts: false })
  const body = { size: 1, chunks: (async function* () {})() }
  const request = { method: 'PUT', url: BASE, headers: {}, traffic: countTraffic(), counted: false, body }
  expect((await hops.follow(request)).status).toBe(307)
})
