// A server over raw sockets, for responses that HTTP libraries cannot send.
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface RawServer extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly origin: string
  /** The heads of requests, and the number of connections. */
  readonly requests: readonly string[]
  connections(): number
}

/** @param talk - called with the head of each request and its connection */
export async function startRaw(
  talk: (head: string, socket: Socket) => void,
  host = '127.0.0.1',
): Promise<RawServer> {
  const open = new Set<Socket>()
  const requests: string[] = []
  const server = createServer((socket) => {
    open.add(socket.on('error', () => {}))
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end)
        text = text.slice(end + 4)
        requests.push(head)
        talk(head, socket)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `${host}:${port}`,
    origin: `http://${host}:${port}`,
    requests,
    connections: () => open.size,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
