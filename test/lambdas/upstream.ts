// A real registry on loopback that counts what it is asked, and that can be told to refuse.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRegistryHandler } from '../../local/aws/registry/handler.ts'
import { startServer } from '../../local/aws/registry/server.ts'
import { openStore } from '../../local/aws/registry/store.ts'
import { type Builder, builder } from '../../local/upstream/builder.ts'

export interface Upstream {
  /** `127.0.0.1:PORT` */
  readonly registry: string
  /** `HEAD /v2/…`, since the last time that they were taken. */
  takeRequests(): string[]
  /** Makes a repository, to be filled. */
  fill(repository: string): Promise<Builder>
  /** What every request is answered with from now on. @default - the truth */
  refuseWith(refusal: Refusal | undefined): void
  close(): Promise<void>
}

export interface Refusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

export async function startUpstream(): Promise<Upstream> {
  const dir = await mkdtemp(join(tmpdir(), 'upstream-'))
  const store = await openStore(dir)
  const serve = createRegistryHandler({ store })
  let requests: string[] = []
  let refusal: Refusal | undefined
  const server = await startServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (refusal === undefined) return serve(request, response)
    response.writeHead(refusal.status, refusal.headers).end()
  })
  return {
    registry: server.address,
    async fill(repository) {
      await store.repositories.create(repository)
      return builder(store, repository)
    },
    takeRequests() {
      const taken = requests
      requests = []
      return taken
    },
    refuseWith(given) {
      refusal = given
    },
    async close() {
      await server.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
