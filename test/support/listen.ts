// A server of a test's own, on a loopback address.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly origin: string
}

/** @param host - any of 127.0.0.0/8 is this machine, which is how a test gets several hosts */
export async function listen(handler: RequestListener, host = '127.0.0.1'): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, handler)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `${host}:${port}`,
    origin: `http://${host}:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
