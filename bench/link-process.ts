/**
 * A process of its own that stands for links: `link-process.ts MBIT_PER_SECOND RTT_MS HOST:PORT…` listens once for each
 * address, prints where as a JSON list, and forwards at that rate and with that delay, each address behind a link of
 * its own. Linux can do this better (netem), where the kernel has it and we are root; this works anywhere.
 */
import { connect, createServer, type Socket } from 'node:net'
import { flow, type Pipe } from './flow.ts'

const [rate = '200', rtt = '40', ...addresses] = process.argv.slice(2)
const bytesPerMs = (Number(rate) * 1e6) / 8 / 1000
const delayMs = Number(rtt) / 2
/** One and a half times what is under way on a full link, and never less than home routers have. */
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
// Who started this process ends it by closing its input.
process.stdin.resume().once('end', () => process.exit())
