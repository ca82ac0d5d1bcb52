// Starts a server on a loopback address.
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from './certificate.ts'

export interface Listening extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly origin: string
}

/**
 * @param host - any address of 127.0.0.0/8, so that a test can use several hosts
 * @param certificate - enables TLS
 */
export async function listen(
  handler: RequestListener,
  host = '127.0.0.1',
  certificate?: Certificate,
): Promise<Listening> {
  const options = { keepAliveTimeout: 65_000, requestTimeout: 0 }
  const server =
    certificate === undefined
      ? createServer(options, handler)
      : createTlsServer({ ...options, ...certificate }, handler)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `${host}:${port}`,
    origin: `${certificate === undefined ? 'http' : 'https'}://${host}:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
