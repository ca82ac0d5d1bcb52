// Real registries on loopback for the copier's tests, with recorded requests and fault injection.
import { createCipheriv, createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Quirks } from '../../local/aws/registry/policy.ts'
import type { Store } from '../../local/aws/registry/store/store.ts'
import { type Builder, builder } from '../../local/upstream/builder.ts'
import type { Layer } from '../../local/upstream/layer.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'

/** Returns true if it has responded instead of the registry. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean

export interface TestRegistry extends AsyncDisposable, Pick<FaultyRegistry, 'faults'> {
  readonly address: string
  readonly store: Store
  /** Request lines such as `PUT /v2/team/app/manifests/1.0`, without queries, in order of arrival. */
  log(): string[]
  forgetLog(): void
  /** Requests whose line matches. */
  count(pattern: RegExp): number
  breakWith(fault: Fault | undefined): void
  build(repository: string): Promise<Builder>
  open(repository: string): Promise<Repository>
}

/** Retries like the real client, but with virtual waits. */
export const impatient = createRegistries({
  retry: { attempts: 3, baseMs: 1, maxMs: 2 },
  timeouts: { answerMs: 5_000, stallMs: 5_000 },
})

export async function startRegistry(quirks: Quirks = {}): Promise<TestRegistry> {
  const registry = await startFaultyRegistry({ quirks })
  const { address, store, faults, seen } = registry
  let fault: Fault | undefined
  faults.add(
    { on: () => fault !== undefined, times: Number.POSITIVE_INFINITY },
    (request, response, handler) => {
      if (!fault?.(request, response)) handler(request, response)
    },
  )
  let forgotten = 0
  const log = (): string[] =>
    seen.slice(forgotten).map(({ method, path }) => `${method} ${path.split('?')[0]}`)
  return {
    address,
    store,
    faults,
    log,
    forgetLog: () => {
      forgotten = seen.length
    },
    count: (pattern) => log().filter((line) => pattern.test(line)).length,
    breakWith: (next) => {
      fault = next
    },
    async build(repository) {
      await store.repositories.create(repository)
      return builder(store, repository)
    },
    open: (repository) => impatient.open({ registry: address, repository }),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  }
}

/**
 * A layer of this size, with the same bytes for the same name. It is not a valid archive, because no test unpacks it.
 */
export function layerOf(name: string, size = 1_000): Layer {
  const key = createHash('md5').update(name).digest()
  const bytes = createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
  return { bytes, diffId: `sha256:${'0'.repeat(64)}` }
}

/** Responds to the first `times` matching requests with this status. */
export function failing(pattern: RegExp, status: number, times = Number.POSITIVE_INFINITY): Fault {
  let left = times
  return (request, response) => {
    if (!pattern.test(`${request.method} ${request.url}`) || left-- <= 0) return false
    request.resume()
    const code = status === 429 ? 'TOOMANYREQUESTS' : 'UNKNOWN'
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ errors: [{ code, message: 'a fault of this test' }] }))
    return true
  }
}
