// A blob to upload, and a registry with fault injection.
import type { Quirks } from '../../local/aws/registry/policy.ts'
import type { BlobSource } from '../../registry/model/registry.ts'
import { testClient } from './client.ts'
import { randomBlob, sourceOf } from './content.ts'
import { startFaultyRegistry } from './faulty-registry.ts'
import { storedBlob } from './seed.ts'

export const SIZE = 1_000_000
export const START = /POST .*\/blobs\/uploads\//
export const COMMIT = /PUT .*\/blobs\/uploads\//

export async function preparedUpload(
  options: { blob?: ReturnType<typeof randomBlob>; quirks?: Quirks; timeouts?: object } = {},
) {
  const blob = options.blob ?? randomBlob(SIZE)
  const registry = await startFaultyRegistry({ quirks: options.quirks ?? {} })
  const client = testClient({ timeouts: options.timeouts ?? {} })
  const repository = await client.open(registry.address)
  const source = sourceOf(blob)
  const stack = new AsyncDisposableStack()
  stack.use(registry)
  stack.use(client)
  return {
    ...{ registry, client, repository, blob, source },
    put: (from: BlobSource = source, signal?: AbortSignal) =>
      repository.putBlob(blob.descriptor, from, signal),
    stored: () => storedBlob(registry, blob),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
