/** Serves a handler on a loopback port. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RunningServer {
  /** `127.0.0.1:PORT` */
  readonly address: string
  /** Closes every connection, idle or not. */
  close(): Promise<void>
}

/** @param port - 0 picks a free one */
export async function startServer(handler: RequestListener, port = 0): Promise<RunningServer> {
  const server = createServer(
    {
      // Uploads have no time limit. Clients keep connections longer than Node's default of 5 seconds, and a server that
      // closes first causes a race on the client.
      requestTimeout: 0,
      keepAliveTimeout: 65_000,
    },
    handler,
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
