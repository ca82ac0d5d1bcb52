/** Puts a handler on a port of loopback. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RunningServer {
  /** `127.0.0.1:PORT` */
  readonly address: string
  /** Ends every connection, idle or not. */
  close(): Promise<void>
}

/** @param port - 0 takes a free one */
export async function startServer(handler: RequestListener, port = 0): Promise<RunningServer> {
  const server = createServer(
    {
      // Uploads take as long as they take, and clients keep connections longer than Node's 5 seconds: a server
      // that closes first is a race that the client loses.
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
