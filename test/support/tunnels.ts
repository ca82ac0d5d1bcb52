// A forward proxy that opens tunnels to this machine for any name, and records the targets.
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'

export interface Tunnels extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Targets such as `registry.test:443`, in the order of arrival. */
  readonly asked: string[]
  /** The Proxy-Authorization header of each tunnel. */
  readonly logins: (string | undefined)[]
  /** The status to refuse all further tunnels with; `hang` never responds. */
  refuseWith(answer: string | 'hang'): void
}

export async function startTunnels(): Promise<Tunnels> {
  const asked: string[] = []
  const logins: (string | undefined)[] = []
  const open = new Set<Duplex>()
  let refusal: string | undefined
  const server = createServer()
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Duplex) => {
    asked.push(url)
    logins.push(headers['proxy-authorization'])
    open.add(client.on('error', () => {}))
    if (refusal === 'hang') return
    if (refusal !== undefined) return void client.end(`HTTP/1.1 ${refusal}\r\n\r\n`)
    const onward = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(client).pipe(onward)
    })
    open.add(onward.on('error', () => client.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    logins,
    refuseWith(answer) {
      refusal = answer
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
