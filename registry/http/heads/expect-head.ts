/**
 * Intercepts response heads between a connection and Node's parser: limits their size and number, repairs them
 * (response-head.ts), and recognizes TLS alerts.
 */
import type { Socket } from 'node:net'
import { ConnectionLost } from '../lost.ts'
import { isInterim, readHead } from './response-head.ts'

/** 64 KiB of values, as in other clients, plus names and the status line. */
export const MAX_HEAD_BYTES = 80 * 1024
/** Enough for a 102 each second while a registry hashes a blob. */
const MAX_INTERIM = 1_000
/** The code of a TLS response to a plain HTTP request. */
export const ANSWERS_IN_TLS = 'ERR_INVALID_ANSWER_IN_TLS'

const [LF, CR, H] = [10, 13, 72]
const TLS_ALERT = [0x15, 0x03]

interface Guard {
  expectHead(): void
}

const guards = new WeakMap<Socket, Guard>()

/** Call it for each request when it gets its connection. */
export function expectHead(socket: Socket): void {
  const guard = guards.get(socket) ?? guardOf(socket)
  guards.set(socket, guard)
  guard.expectHead()
}

function guardOf(socket: Socket): Guard {
  const push = socket.push.bind(socket)
  let isHead = false
  let head = startHead()
  let interim = 0
  let isSuspect = false

  function fail(error: Error): boolean {
    socket.destroy(error)
    return false
  }

  /** Passes these bytes and all further ones to the parser. */
  function leave(bytes: Uint8Array): boolean {
    isHead = false
    return push(bytes)
  }

  function receive(chunk: Buffer): boolean {
    const [first, second] = head.size === 0 ? chunk : []
    if (first === TLS_ALERT[0] && second === TLS_ALERT[1])
      return fail(new ConnectionLost('the server responded in TLS', ANSWERS_IN_TLS))
    if (first !== undefined && first !== H && first !== CR && first !== LF) return leave(chunk)
    const isWhole = head.size === 0
    const end = head.add(chunk)
    if (head.size > MAX_HEAD_BYTES) {
      const limit = MAX_HEAD_BYTES / 1024
      return fail(
        new ConnectionLost(`the response has more than ${limit} KiB of headers`, 'ERR_INVALID_HEADERS'),
      )
    }
    if (end === undefined) return true
    const rest = chunk.subarray(end)
    const bytes = head.take()
    head = startHead()
    const { status, mended } = readHead(bytes.toString('latin1'), isSuspect)
    isSuspect ||= mended !== undefined
    const forwarded = mended === undefined ? bytes : Buffer.from(mended, 'latin1')
    if (!isInterim(status))
      return leave(isWhole && forwarded === bytes ? chunk : Buffer.concat([forwarded, rest]))
    if (++interim > MAX_INTERIM) {
      const flood = `the server sent more than ${MAX_INTERIM} interim responses and no final one`
      return fail(new ConnectionLost(flood, 'ERR_INVALID_INTERIM'))
    }
    // Copied, since the next read may overwrite the rest before the parser reads it (large-reads.ts).
    const copy = Buffer.from(rest)
    const goesOn = push(forwarded)
    return copy.length === 0 ? goesOn : receive(copy)
  }

  socket.push = (chunk: Buffer | null) => {
    if (chunk === null) {
      // The parser rejects an incomplete head.
      if (isHead && head.size > 0) push(head.take())
      return push(null)
    }
    if (!isHead || chunk.length === 0) return push(chunk)
    try {
      return receive(chunk)
    } catch (error) {
      return fail(error instanceof Error ? error : new Error(String(error)))
    }
  }
  return {
    expectHead() {
      isHead = true
      head = startHead()
      interim = 0
      isSuspect = false
    },
  }
}

interface PartialHead {
  readonly size: number
  /** The end of the head in the chunk, after its empty line; undefined if it continues. */
  add(chunk: Buffer): number | undefined
  /** The head's bytes. */
  take(): Buffer
}

function startHead(): PartialHead {
  const parts: Buffer[] = []
  let size = 0
  let hasBegun = false
  let isEmptyLine = true

  /** Empty lines before the status line do not end the head: https://www.rfc-editor.org/rfc/rfc9112#section-2.2 */
  function endIn(chunk: Buffer): number | undefined {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === LF) {
        if (isEmptyLine && hasBegun) return at + 1
        isEmptyLine = true
      } else if (byte !== CR) {
        isEmptyLine = false
        hasBegun = true
      }
    }
    return undefined
  }

  return {
    get size() {
      return size
    },
    add(chunk) {
      const end = endIn(chunk)
      const part = chunk.subarray(0, end)
      size += part.length
      // Copied, since the next read may overwrite it (large-reads.ts).
      parts.push(end === undefined ? Buffer.from(part) : part)
      return end
    },
    take: () => (parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)),
  }
}
