// A TLS registry at a public name, with listeners at all other names. Loopback addresses stand for a public network, a
// private network, a metadata service and the local machine.
import { setDefaultCACertificates } from 'node:tls'
import { type AddressClass, classify } from '../../registry/http/address.ts'
import type { Network } from '../../registry/http/guard.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { CANARY, canary } from './canary.ts'
import { certificateFor } from './certificate.ts'
import { REPOSITORY, testClient } from './client.ts'
import { type Blob, imageOf, randomBlob } from './content.ts'
import { type FaultyRegistry, startFaultyRegistry } from './faulty-registry.ts'
import { listen } from './listen.ts'
import type { Recorder } from './recorder.ts'
import { seedBlob, seedImage } from './seed.ts'
import { tokenAuth } from './token-auth.ts'

const CLASSES: Readonly<Record<string, AddressClass>> = {
  '127.0.0.1': 'public',
  '127.0.0.2': 'public',
  '127.0.0.3': 'private',
  '127.0.0.4': 'forbidden',
  '127.0.0.5': 'loopback',
}
/** All other names resolve to 127.0.0.2. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'registry.test': ['127.0.0.1'],
  'inside.test': ['127.0.0.3'],
  'metadata.test': ['127.0.0.4'],
  'here.test': ['127.0.0.5'],
  'mixed.test': ['127.0.0.2', '127.0.0.4'],
}
/** The second letter is Cyrillic. */
export const HOMOGRAPH = new URL('https://rеgistry.test').hostname
const OTHERS = ['storage.test', 'registry.test.evil.test', 'evilregistry.test', HOMOGRAPH]

const network: Network = {
  classify: (address) => CLASSES[address] ?? classify(address),
  lookup: (host, options, callback) => {
    const found = (ADDRESSES[host] ?? ['127.0.0.2']).map((address) => ({ address, family: 4 }))
    if (options.all === true) callback(null, found)
    else callback(null, found[0]?.address ?? '', 4)
  },
}

export interface PublicNames extends AsyncDisposable {
  readonly registry: FaultyRegistry
  /** `registry.test:PORT` */
  readonly address: string
  /** The ports of the listeners at all addresses, with and without TLS. */
  readonly port: string
  readonly plainPort: string
  /** The requests that reached the listeners. */
  readonly watcher: Recorder
  /** Has sent its credentials to the registry, and holds a token that could leak. */
  readonly repository: Repository
  /** The same registry, with anonymous requests. */
  readonly anonymous: Repository
  readonly digest: string
  readonly layer: Blob
  /** In the repository `team/base`. */
  readonly sibling: Blob
}

export async function startPublicNames(): Promise<PublicNames> {
  const stack = new AsyncDisposableStack()
  const certificate = certificateFor([...Object.keys(ADDRESSES), ...OTHERS])
  setDefaultCACertificates([certificate.cert])
  const quirks = { auth: tokenAuth({ user: CANARY }) }
  const registry = stack.use(await startFaultyRegistry({ quirks, certificate }))
  const [layer, sibling] = [randomBlob(1000), randomBlob(1000)]
  const image = imageOf([layer])
  await seedImage(registry, image, 'v1')
  await seedBlob(registry, sibling, 'team/base')
  const watcher = canary()
  const tls = stack.use(await listen(watcher.listener, '0.0.0.0', certificate))
  const plain = stack.use(await listen(watcher.listener, '0.0.0.0'))
  const client = stack.use(testClient({ network }))
  const address = `registry.test:${portOf(registry.address)}`
  const repository = await client.open(address, REPOSITORY, CANARY)
  await repository.headManifest('v1')
  return {
    ...{ registry, address, watcher, repository, layer, sibling },
    anonymous: await client.open(address),
    port: portOf(tls.address),
    plainPort: portOf(plain.address),
    digest: image.manifest.digest,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function portOf(address: string): string {
  return address.split(':')[1] ?? ''
}
