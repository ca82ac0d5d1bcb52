// A real registry over HTTP with its own folder, fault injection and a record of its requests.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRegistryHandler } from '../../local/aws/registry/handler.ts'
import type { Quirks } from '../../local/aws/registry/policy.ts'
import { openStore, type Store } from '../../local/aws/registry/store/store.ts'
import type { Certificate } from './certificate.ts'
import { type Faults, withFaults } from './faults.ts'
import { type Listening, listen } from './listen.ts'
import { type Recorder, record } from './recorder.ts'

export interface FaultyRegistry extends Listening, Pick<Recorder, 'seen' | 'matching'> {
  readonly store: Store
  readonly faults: Omit<Faults, 'listener'>
}

export interface FaultyRegistryOptions {
  readonly quirks?: Quirks
  /** @default 127.0.0.1 */
  readonly host?: string
  /** Enables TLS. */
  readonly certificate?: Certificate
}

export async function startFaultyRegistry(options: FaultyRegistryOptions = {}): Promise<FaultyRegistry> {
  const dir = await mkdtemp(join(tmpdir(), 'registry-'))
  const store = await openStore(dir)
  const { quirks } = options
  const faults = withFaults(createRegistryHandler({ store, ...(quirks === undefined ? {} : { quirks }) }))
  const { listener, seen, matching } = record(faults.listener)
  const server = await listen(listener, options.host, options.certificate)
  return {
    address: server.address,
    origin: server.origin,
    store,
    faults,
    seen,
    matching,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    },
  }
}
