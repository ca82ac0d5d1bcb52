// A registry that requires authentication, with one image, and a client for it.
import type { Authenticator } from '../../local/aws/registry/policy.ts'
import type { Credentials } from '../../registry/model/registry.ts'
import { REPOSITORY, testClient } from './client.ts'
import { imageOf, randomBlob } from './content.ts'
import { startFaultyRegistry } from './faulty-registry.ts'
import { seedImage } from './seed.ts'

export async function securedRegistry(auth: Authenticator, credentials?: Credentials) {
  const registry = await startFaultyRegistry({ quirks: { auth } })
  const image = imageOf([randomBlob(100)])
  await seedImage(registry, image, 'v1')
  const client = testClient()
  const repository = await client.open(registry.address, REPOSITORY, credentials)
  const stack = new AsyncDisposableStack()
  stack.use(registry)
  stack.use(client)
  const head = () => repository.headManifest('v1')
  return { registry, client, repository, image, head, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
