// A real registry on loopback that counts requests and can refuse them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRegistryHandler } from '../../local/aws/registry/handler.ts'
import { startServer } from '../../local/aws/registry/server.ts'
import { openStore } from '../../local/aws/registry/store/store.ts'
import { type Builder, builder } from '../../local/upstream/builder.ts'

export interface Upstream {
  /** `127.0.0.1:PORT` */
  readonly registry: string
  /** The requests since the last call, such as `HEAD /v2/…`. */
  takeRequests(): string[]
  /** Creates a repository to fill. */
  fill(repository: string): Promise<Builder>
  /**
   * Sets the response to further requests. @default - normal responses
   * @param on - paths of the affected requests. @default - all
   */
  refuseWith(refusal: Refusal | undefined, on?: RegExp): void
  /** Accepts only this user from now on. */
  requireUser(username: string, password: string): void
  close(): Promise<void>
}

export interface Refusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

const CHALLENGE: Refusal = { status: 401, headers: { 'www-authenticate': 'Basic realm="upstream"' } }

export async function startUpstream(): Promise<Upstream> {
  const dir = await mkdtemp(join(tmpdir(), 'upstream-'))
  const store = await openStore(dir)
  const serve = createRegistryHandler({ store })
  let requests: string[] = []
  let refusal: Refusal | undefined
  let refused: RegExp | undefined
  let required: string | undefined
  const server = await startServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    const stranger = required !== undefined && request.headers.authorization !== required
    const meant = refused?.test(request.url ?? '') ?? true
    const answer = stranger ? CHALLENGE : meant ? refusal : undefined
    if (answer === undefined) return serve(request, response)
    response.writeHead(answer.status, answer.headers).end()
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
    requireUser(username, password) {
      required = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    },
    refuseWith(given, on) {
      refusal = given
      refused = on
    },
    async close() {
      await server.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
