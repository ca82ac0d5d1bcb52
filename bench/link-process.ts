/**
 * Simulates links in a separate process. `link-process.ts MBIT_PER_SECOND RTT_MS HOST:PORT…` opens a port for each
 * address, prints the new addresses as a JSON array, and forwards connections, each address over its own link. Linux's
 * netem is more exact, but needs root and a kernel that has it.
 */
import { connect, createServer, type Socket } from 'node:net'
import { flow, type Pipe } from './flow.ts'

const [rate = '200', rtt = '40', ...addresses] = process.argv.slice(2)
const bytesPerMs = (Number(rate) * 1e6) / 8 / 1000
const delayMs = Number(rtt) / 2
/** One and a half times the bandwidth-delay product, and at least the queue of a home router. */
const queueBytes = Math.max(512 * 1024, bytesPerMs * Number(rtt) * 1.5)

const pipe = (): Pipe => ({ bytesPerMs, queueBytes, freeAt: 0 })

function forward(client: Socket, address: string, up: Pipe, down: Pipe): void {
  const [host, port] = address.split(':')
  const server = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true })
  const now = performance.now()
  flow(client, server, { pipe: up, delayMs, openAt: now + 2 * delayMs })
  flow(server, client, { pipe: down, delayMs, openAt: now })
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => {
      if (one.errored || !one.readableEnded) other.destroy()
    })
  }
}

function listen(address: string): Promise<string> {
  const [up, down] = [pipe(), pipe()]
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
    forward(client, address, up, down),
  )
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const bound = server.address()
      resolve(`127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`)
    })
  })
}

process.stdout.write(`${JSON.stringify(await Promise.all(addresses.map(listen)))}\n`)
// The parent process ends this one by closing its stdin.
process.stdin.resume().once('end', () => process.exit())
