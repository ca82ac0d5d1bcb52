import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { copyTag } from '../../../copy/copy.ts'
import { createLimit } from '../../../copy/limit.ts'
import { createPlaces } from '../../../copy/places.ts'
import { createTarget } from '../../../copy/target.ts'
import type { Registries } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { AMD64 } from '../images.ts'
import { FROM, startPair, type TestPair, TO } from '../pair.ts'
import { layerOf } from '../registries.ts'

let pair: TestPair
let registries: Registries
beforeEach(async () => {
  pair = await startPair()
  registries = createRegistries()
})
afterEach(async () => {
  await registries.close()
  await pair[Symbol.asyncDispose]()
})

/** Stands before a registry and counts the connections to it. */
async function startDoor(address: string) {
  const [host, port] = address.split(':')
  let count = 0
  const server: Server = createServer((client) => {
    count++
    server.emit('counted')
    const registry = connect({ host, port: Number(port) })
    for (const socket of [client, registry]) socket.on('error', () => {})
    client.pipe(registry).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  return {
    address: `127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`,
    async until(wanted: number): Promise<void> {
      while (count < wanted) await once(server, 'counted')
    },
    close: () => server.close(),
  }
}

test('connections for the questions that follow are opened while the answer before them is awaited', async () => {
  const root = await pair.build.image(
    AMD64,
    ['a', 'b', 'c', 'd'].map((name) => layerOf(name)),
  )
  await pair.build.tag('1.0', root)
  const [source, target] = [await startDoor(pair.source.address), await startDoor(pair.target.address)]
  // Neither of these would ever be answered if the connections were only made for the requests.
  pair.source.faults.add(
    { on: ({ url = '' }) => url.includes('/manifests/') },
    (request, response, handler) => void target.until(5).then(() => handler(request, response)),
  )
  pair.target.faults.add(
    { on: ({ method, url = '' }) => method === 'HEAD' && url.includes('/blobs/'), times: 5 },
    (request, response, handler) => void source.until(5).then(() => handler(request, response)),
  )
  const from = await registries.open({ registry: source.address, repository: FROM })
  const to = await registries.open({ registry: target.address, repository: TO })
  const result = await copyTag(
    { places: createPlaces([async () => from]), target: createTarget(to), limit: createLimit() },
    { tag: '1.0', root, artifacts: [] },
  )
  expect(result).toMatchObject({ status: 'copied', blobs: { copied: 5 } })
  await pair.expectWhole(root, '1.0')
  source.close()
  target.close()
})
