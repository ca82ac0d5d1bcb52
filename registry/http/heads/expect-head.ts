/**
 * Stands between a connection and Node's parser for the heads of responses (response-head.ts): bounds their size and
 * number, and recognizes answers in TLS.
 */
import type { Socket } from 'node:net'
import { Lost } from '../lost.ts'
import { isInterim, readHead } from './response-head.ts'

/** 64 KiB, which other clients take, of values; the rest is for names and the status line. */
export const MAX_HEAD_BYTES = 80 * 1024
/** 102 each second for as long as a registry may hash a blob; more are a flood. */
const MAX_INTERIM = 1_000
/** The code of an answer in TLS to a request in plain HTTP. */
export const ANSWERS_IN_TLS = 'ERR_INVALID_ANSWER_IN_TLS'

const [LF, CR, H] = [10, 13, 72]
const TLS_ALERT = [0x15, 0x03]

interface Guard {
  expectHead(): void
}

const guards = new WeakMap<Socket, Guard>()

/** To be called for each request, when it has its connection. */
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

  /** Everything from here on is for the parser alone. */
  function leave(bytes: Uint8Array): boolean {
    isHead = false
    return push(bytes)
  }

  function receive(chunk: Buffer): boolean {
    const [first, second] = head.size === 0 ? chunk : []
    if (first === TLS_ALERT[0] && second === TLS_ALERT[1])
      return fail(new Lost('it answers in TLS', ANSWERS_IN_TLS))
    if (first !== undefined && first !== H && first !== CR && first !== LF) return leave(chunk)
    const isWhole = head.size === 0
    const end = head.add(chunk)
    if (head.size > MAX_HEAD_BYTES) {
      const limit = MAX_HEAD_BYTES / 1024
      return fail(new Lost(`its answer has more than ${limit} KiB of headers`, 'ERR_INVALID_HEADERS'))
    }
    if (end === undefined) return true
    const rest = chunk.subarray(end)
    const bytes = head.take()
    head = startHead()
    const { status, mended } = readHead(bytes.toString('latin1'), isSuspect)
    isSuspect ||= mended !== undefined
    const told = mended === undefined ? bytes : Buffer.from(mended, 'latin1')
    if (!isInterim(status)) return leave(isWhole && told === bytes ? chunk : Buffer.concat([told, rest]))
    if (++interim > MAX_INTERIM) {
      const flood = `more than ${MAX_INTERIM} interim answers came, and no final one`
      return fail(new Lost(flood, 'ERR_INVALID_INTERIM'))
    }
    // The next read may overwrite the rest before the parser takes it (large-reads.ts).
    const copy = Buffer.from(rest)
    const goesOn = push(told)
    return copy.length === 0 ? goesOn : receive(copy)
  }

  socket.push = (chunk: Buffer | null) => {
    if (chunk === null) {
      // What is left of a head is for the parser to refuse.
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
  /** Where in the chunk the head ends, behind its empty line; undefined: not yet. */
  add(chunk: Buffer): number | undefined
  /** Its bytes. */
  take(): Buffer
}

function startHead(): PartialHead {
  const parts: Buffer[] = []
  let size = 0
  let hasBegun = false
  let isEmptyLine = true

  /** Empty lines before the status line are no end: https://www.rfc-editor.org/rfc/rfc9112#section-2.2 */
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
      // The next read may overwrite it (large-reads.ts).
      parts.push(end === undefined ? Buffer.from(part) : part)
      return end
    },
    take: () => (parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)),
  }
}
