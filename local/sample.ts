/**
 * Serves sample images for the registries of a list: one local registry, to which every registry of the list is
 * redirected, as operators redirect to a proxy.
 */
import type { List } from '../mirror/list/config.ts'
import { readEntry } from '../mirror/list/entry.ts'
import { endpointVariable } from '../registry/http/endpoint.ts'
import { forLoopback } from './aws/caller.ts'
import { createRegistryHandler } from './aws/registry/handler.ts'
import { startServer } from './aws/registry/server.ts'
import { openStore } from './aws/registry/store/store.ts'
import type { Variables } from './environment.ts'
import { fillUpstream } from './upstream/fill.ts'

export interface Sample {
  /** Redirects the registries of the list. */
  readonly environment: Variables
  close(): Promise<void>
}

export async function startSample(list: List, folder: string): Promise<Sample> {
  const store = await openStore(folder)
  await fillUpstream(store, list)
  const serve = createRegistryHandler({ store })
  const server = await startServer(
    forLoopback((request, response) => {
      // Read-only: its content is public and is the input of the run.
      if (request.method === 'GET' || request.method === 'HEAD') return void serve(request, response)
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
    }),
  )
  const registries = new Set(list.images.map((entry) => readEntry(entry, list).ref.registry))
  const redirections = [...registries].map((registry) => [
    endpointVariable(registry),
    `http://${server.address}`,
  ])
  return { environment: Object.fromEntries(redirections), close: server.close }
}
