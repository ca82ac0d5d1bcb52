/** Serves the state of the mirror on a loopback address: a page that updates itself while a run goes on. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isSettled, type Progress } from '../../local/stepfunctions/progress.ts'
import type { Live } from '../../mirror/status/live.ts'
import { statusPage } from '../../mirror/status/page.ts'
import { type Status, statusSchema } from '../../mirror/status/schema.ts'
import { outcomeText } from './table.ts'

export interface StatusServer {
  /** `http://127.0.0.1:40123/` */
  readonly url: string
  /** Receives the progress of the run. */
  update(progress: Progress): void
  /** The run has ended. */
  end(): void
  close(): Promise<void>
}

export interface StatusServerProps {
  /** Returns the text of `status.json`, or undefined if no run has written it. */
  readonly readStatus: () => Promise<string | undefined>
  /** The mirror, until its state is known. */
  readonly mirror: Pick<Status, 'mirror' | 'account' | 'region'>
}

export async function serveStatus({ readStatus, mirror }: StatusServerProps): Promise<StatusServer> {
  let progress: Progress | undefined
  let ended = false
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', response).catch((error: unknown) =>
      send(response, 500, 'text/plain', `status.json cannot be read: ${String(error)}\n`),
    )
  })

  async function answer(url: string, response: ServerResponse): Promise<void> {
    const text = await readStatus()
    if (url === '/status.json' && text !== undefined) return send(response, 200, 'application/json', text)
    if (url !== '/') return send(response, 404, 'text/plain', 'not found\n')
    const status = text === undefined ? nothingYet(mirror) : statusSchema.parse(JSON.parse(text))
    send(response, 200, 'text/html; charset=utf-8', statusPage(status, liveOf(ended ? undefined : progress)))
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    update(next) {
      progress = next
    },
    end() {
      ended = true
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Without a run in progress, the page still updates itself, because pushes start runs. */
function liveOf(progress: Progress | undefined): Live {
  const pairs = progress?.pairs() ?? []
  return {
    pairs: pairs.map(({ image, target, state }) => ({
      image,
      target,
      step: outcomeText(state),
      done: isSettled(state),
    })),
    done: pairs.filter(({ state }) => isSettled(state)).length,
  }
}

function nothingYet(mirror: StatusServerProps['mirror']): Status {
  return {
    ...mirror,
    written: new Date(0).toISOString(),
    run: 'none',
    counts: { images: 0, inSync: 0, deferred: 0, failed: 0 },
    images: [],
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}
