/**
 * Reads of up to 1 MiB from a connection, where so much has come. Node's own are of 64 KiB, and each takes a buffer and
 * a way of its own through the parser, a hash and a write: with large ones a copy takes a fifth less processor time.
 * For connections of an HTTP agent only: its parser copies what it is given before the next read, and nobody else may
 * keep what such a connection says.
 */
import type { OnReadOpts, Socket } from 'node:net'

const READ_BYTES = 1024 * 1024

/** Options of connections. */
export interface LargeReads {
  readonly onread: OnReadOpts
  /** 0: or a paused connection would read one buffer ahead, which then has to be copied to be kept. */
  readonly readableHighWaterMark: 0
}

/**
 * For all connections of an agent: one buffer is enough for them, since nothing that was read stays in it.
 * https://nodejs.org/docs/latest-v24.x/api/net.html#socketconnectoptions-connectlistener
 */
export function readLarge(): LargeReads {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  function callback(this: Socket, bytes: number): boolean {
    const chunk = buffer.subarray(0, bytes)
    // As Node itself does it: false stops the reading until there is room.
    return this.push(goesOnAtOnce(this) ? chunk : copyOf(chunk))
  }
  return { onread: { buffer, callback }, readableHighWaterMark: 0 }
}

/** To the parser, which copies the bytes of a body: https://github.com/nodejs/node/blob/v24.x/src/node_http_parser.cc */
function goesOnAtOnce(socket: Socket): boolean {
  // Between two requests there is no parser, and what comes waits as well.
  return socket.readableFlowing === true && socket.readableLength === 0 && socket.listenerCount('data') > 0
}

/** Buffer.from would take small ones out of a pool, in which one that is kept keeps its neighbours. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
