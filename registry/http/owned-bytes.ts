/**
 * Gives the memory of bytes back as soon as they were sent. Left to V8, which sees no more of a buffer than the few words
 * that stand for it, hundreds of them pile up until it looks through everything: a copy then takes a third more memory
 * and a tenth more processor time.
 */

/** By chunk, how many have yet to give it back. */
const holders = new WeakMap<Uint8Array, number>()

/** Says of a chunk that nobody else sees its bytes, and that nobody will once it was given back. */
export function own(chunk: Uint8Array): Uint8Array {
  if (isWhole(chunk)) holders.set(chunk, 1)
  return chunk
}

/** An owned chunk goes to so many, each of whom gives it back. */
export function share(chunk: Uint8Array, among: number): void {
  if (holders.has(chunk)) holders.set(chunk, among)
}

/**
 * An owned chunk is empty from the moment at which the last holder has given it back; with others nothing happens. Who
 * never does, because sending failed, leaves the chunk to V8. To be called only when nothing reads it any more: a write
 * that is still under way would read memory that belongs to something else by then.
 */
export function giveBack(chunk: Uint8Array): void {
  const left = holders.get(chunk)
  if (left === undefined) return
  holders.set(chunk, left - 1)
  // Node 20 has no transfer.
  if (left === 1 && chunk.buffer instanceof ArrayBuffer) chunk.buffer.transfer?.(0)
}

/** Small buffers of Node share one, and a view may leave out a part that somebody else sees. */
function isWhole({ byteLength, buffer }: Uint8Array): boolean {
  return byteLength === buffer.byteLength
}
